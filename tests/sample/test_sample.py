"""The demo's sample data, as a person meets it: enough of everything, believable, and at rest."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.agents.passwords import matches
from app.domain.contacts.session_window import window
from app.domain.media.store import media_store_for
from app.domain.webhooks import message_kinds
from app.domain.webhooks.receive import apply_again, stored
from app.sample.cast import CUSTOMERS, TEAM
from app.sample.load import load
from app.sample.story import story
from app.settings import Settings
from app.store.database import Database
from app.store.messages import outbox
from app.store.tables import (
    Address,
    Agent,
    Attempt,
    ConsentEvent,
    Contact,
    Conversation,
    FeedEvent,
    InboundMedia,
    Journal,
    Message,
    StatusEvent,
)
from tests.sample.conftest import PASSWORD, Sample
from tests.support.cast import ACCOUNT, SENDER, hear, rows

INBOUND_KINDS = {"text", "image", "audio", "video", "document", "sticker", "contact_card"} | {
    "location",
    "button",
    "list_reply",
    "unknown",
}
STATES = {"received", "held", "accepted", "failed", "unconfirmed", "blocked", "cancelled"}
STATUSES = {"queued", "sent", "delivered", "read", "failed", "undelivered", "canceled"}
# The ranges that regulators keep for fiction, and prefixes that no number of the country begins with.
FICTITIOUS = re.compile(
    r"\+(442079460\d{3}|447700900\d{3}|1415555 01\d\d|493023125\d{3}|4917139200\d\d|33639980\d{3}|35320911\d{4}"
    r"|46701740[67]\d\d|35155501\d{4}|4811555\d{4}|38010555\d{4}|254300555\d{3}|3160555\d{4}|8110555\d{5}"
    r"|3455501\d{4}|5510955500\d{3}|97110555\d{4})".replace(" ", "")
)


def test_there_is_as_much_as_promised(sample: Sample) -> None:
    assert len(rows(sample.database, Contact)) == 40
    assert len(rows(sample.database, Message)) == 2000
    assert len({customer.language for customer in CUSTOMERS}) >= 8
    assert [agent.login for agent in rows(sample.database, Agent)] == [colleague.login for colleague in TEAM]


def test_every_kind_and_state_occurs(sample: Sample) -> None:
    messages = rows(sample.database, Message)
    assert {message.kind for message in messages if message.direction == "inbound"} == INBOUND_KINDS
    assert {message.state for message in messages} == STATES
    assert {message.status for message in messages if message.state == "accepted"} == STATUSES
    assert {message.reason for message in messages if message.state == "blocked"} == {"suppressed", "window_closed"}
    codes = {message.error_code for message in messages}
    assert {"63016", "63019", "63024", "21211", "20429"} <= codes
    details = set().union(*(message.details for message in messages))
    assert {"quoted_sid", "forwarded", "frequently_forwarded", "referral"} <= details
    assert any(message.origin == "opt_out_confirmation" for message in messages)


def test_people_opted_out_and_some_came_back(sample: Sample) -> None:
    events = Counter(event.action for event in rows(sample.database, ConsentEvent))
    out = [address for address in rows(sample.database, Address) if address.opt_out_event_id]
    assert events["opt_out"] > events["opt_in"] >= 2
    assert len(out) == events["opt_out"] - events["opt_in"]


def test_messages_lie_in_the_last_thirty_days_and_mostly_in_working_hours(sample: Sample) -> None:
    moments = [message.occurred_at for message in rows(sample.database, Message)]
    assert sample.at - timedelta(days=30) <= min(moments)
    assert max(moments) <= datetime.now(UTC)
    assert sum(7 <= moment.hour < 19 for moment in moments) > 0.9 * len(moments)
    assert sum(moment.weekday() >= 5 for moment in moments) < 0.2 * len(moments)


@pytest.mark.parametrize("now", ["2026-03-01T03:10", "2026-06-22T07:00", "2026-11-20T17:30", "2028-03-04T23:59"])
def test_the_story_holds_whenever_it_is_told(now: str) -> None:
    at = datetime.fromisoformat(f"{now}+00:00")
    told = story(at)
    assert len(told) == 2000
    assert at - timedelta(days=30) <= told[0].at
    assert told[-1].at < at
    assert not [said.text for said in told if re.search(r"[{}|]", said.text)]


def test_the_story_is_the_same_but_for_its_moments() -> None:
    first, later = (story(datetime(2026, 11, day, 12, tzinfo=UTC)) for day in (3, 10))
    assert [(said.customer, said.text) for said in first] == [(said.customer, said.text) for said in later]


def test_about_ten_windows_are_open_at_different_rests(sample: Sample) -> None:
    conversations = rows(sample.database, Conversation)
    rests = [window(conversation.last_inbound_at, sample.at).left for conversation in conversations]
    left = [rest for rest in rests if rest]
    assert 10 <= len(left) <= 20
    assert min(left) < timedelta(minutes=90)
    assert max(left) > timedelta(hours=23)


def test_each_conversation_agrees_with_its_messages(sample: Sample) -> None:
    said: dict[int, list[Message]] = defaultdict(list)
    for message in rows(sample.database, Message):
        said[message.conversation_id].append(message)
    conversations = rows(sample.database, Conversation)
    assert {conversation.state for conversation in conversations} == {"open", "closed"}
    assert {bool(conversation.unread) for conversation in conversations} == {True, False}
    assert None in {conversation.assigned_agent_id for conversation in conversations}
    for conversation in conversations:
        messages = sorted(said[conversation.id or 0], key=lambda message: (message.occurred_at, message.id))
        heard = [message.occurred_at for message in messages if message.direction == "inbound"]
        assert [message.id for message in messages] == sorted(message.id or 0 for message in messages)
        assert conversation.last_message_id == messages[-1].id
        assert conversation.last_message_at == messages[-1].occurred_at
        assert conversation.last_inbound_at == max(heard)
        assert conversation.unread <= len(heard)


def test_free_text_left_only_within_the_window(sample: Sample) -> None:
    heard: dict[int, datetime] = {}
    for message in rows(sample.database, Message):
        if message.direction == "inbound":
            heard[message.conversation_id] = message.occurred_at
        elif message.state == "accepted" and not message.content_sid:
            assert window(heard.get(message.conversation_id), message.occurred_at).open, message.body


def test_nothing_is_left_for_the_worker(sample: Sample) -> None:
    now = datetime.now(UTC)
    messages, tried = rows(sample.database, Message), rows(sample.database, Attempt)
    assert not {message.state for message in messages} & {"ready", "sending"}
    assert sample.database.read(lambda session: outbox.senders_with_work(session, ACCOUNT, now)) == []
    assert not any(message.check_at for message in messages)
    assert not any(attempt.check_at for attempt in tried)
    assert all(attempt.outcome and attempt.open_until < now for attempt in tried)
    assert {row.state for row in rows(sample.database, InboundMedia)} == {"fetched"}


def test_everybody_is_made_up(sample: Sample) -> None:
    phones = [contact.phone for contact in rows(sample.database, Contact) if contact.phone]
    assert 30 <= len(phones) < 40
    assert [phone for phone in phones if not FICTITIOUS.fullmatch(phone)] == []


def test_the_forms_are_what_the_messages_say(sample: Sample) -> None:
    messages = {message.sid: message for message in rows(sample.database, Message) if message.sid}
    forms = [row for row in rows(sample.database, Journal, kind="inbound") if row.state == "applied"]
    assert len(forms) == sum(message.direction == "inbound" for message in messages.values())
    for row in forms:
        webhook, message = stored(row), messages[row.sid]
        told = (
            message_kinds.kind_of(webhook),
            message_kinds.details_of(webhook),
            webhook.value("Body"),
            webhook.value("From"),
        )
        assert told == (message.kind, message.details, message.body, message.from_address)
        assert row.key == webhook.key


def test_applying_every_webhook_again_changes_nothing(sample: Sample) -> None:
    tables = (Message, Conversation, Contact, ConsentEvent, StatusEvent, InboundMedia)
    before = [rows(sample.database, table) for table in tables]

    def apply_all() -> set[str]:
        journal = rows(sample.database, Journal)
        return {
            sample.database.write(lambda session, row=row: apply_again(session, row))  # type: ignore[misc]
            for row in journal[:: len(journal) // 300]
        }

    assert apply_all() <= {"", "from_invalid", "sid_invalid"}
    assert [rows(sample.database, table) for table in tables] == before


def test_some_webhooks_are_in_quarantine_and_one_status_is_nobodys(sample: Sample) -> None:
    reasons = {row.reason for row in rows(sample.database, Journal, state="quarantined")}
    assert reasons == {"from_invalid", "sid_invalid"}
    assert len(rows(sample.database, StatusEvent, message_id=None)) == 1


def test_the_feed_tells_of_the_last_day_in_its_order(sample: Sample) -> None:
    events = [event for event in rows(sample.database, FeedEvent) if event.occurred_at < sample.at]
    moments = [event.recorded_at for event in events]
    assert moments == sorted(moments)
    assert min(moments) > sample.at - timedelta(hours=40)
    assert {"inbound", "outbound", "state", "status", "consent", "media", "quarantine"} <= {e.kind for e in events}


def test_every_file_is_on_the_shelf(sample: Sample) -> None:
    store = media_store_for(sample.settings, sample.database)
    for row in rows(sample.database, InboundMedia):
        assert len(store.read(ACCOUNT, row.key)) == row.size
        assert row.stored_type in (row.content_type, "audio/x-vorbis+ogg", "application/ogg")


def test_loading_again_changes_nothing(database: Database, make_settings: Callable[..., Settings]) -> None:
    settings = make_settings(TWILIO_ACCOUNT_SID=ACCOUNT, TWILIO_WHATSAPP_FROM=SENDER)
    assert load(settings, database, PASSWORD)
    counted = [len(rows(database, table)) for table in (Message, Journal, Agent, FeedEvent)]
    assert not load(settings, database, "another-password-1")
    assert [len(rows(database, table)) for table in (Message, Journal, Agent, FeedEvent)] == counted
    assert all(matches(agent.password_hash, PASSWORD) for agent in rows(database, Agent))


@pytest.mark.parametrize("body", ["Hello", "STOP"])
def test_an_account_that_somebody_wrote_to_is_left_alone(
    database: Database, make_settings: Callable[..., Settings], body: str
) -> None:
    hear(database, body)
    assert not load(make_settings(TWILIO_ACCOUNT_SID=ACCOUNT), database, PASSWORD)
    assert rows(database, Agent) == []
    assert len(rows(database, Contact)) == 1
