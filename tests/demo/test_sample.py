"""The demo's sample data, as a person meets it: enough of everything, believable, and at rest."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.domain.agents.passwords import matches
from app.domain.contacts.session_window import window
from app.domain.media.store import media_store_for
from app.domain.webhooks import message_kinds
from app.domain.webhooks.receive import apply_again, stored
from app.settings import Settings
from app.store.database import Database
from app.store.messages import outbox
from app.store.tables import (
    Address,
    Agent,
    Attempt,
    Audit,
    ConsentRecord,
    Contact,
    Conversation,
    FeedEvent,
    HostedFile,
    InboundMedia,
    Journal,
    MediaFetch,
    Message,
    StatusEvent,
)
from demo.cast import CUSTOMERS, TEAM
from demo.load import load
from demo.story import story
from tests.demo.conftest import PASSWORD, Sample
from tests.support.cast import ACCOUNT, SENDER, hear, rows

# The month takes a while on a busy machine.
pytestmark = pytest.mark.timeout(600)
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
    # One of them has two numbers, and was two contacts at first.
    assert len(rows(sample.database, Contact, joined_into_id=None)) == 40
    assert len(rows(sample.database, Contact)) == 41
    # A reply that waits for an answer is beside what was said.
    assert len(rows(sample.database, Message)) == 2000 + len(rows(sample.database, Message, origin="kept_reply"))
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
    about_all = rows(sample.database, ConsentRecord, purpose="all")
    events = Counter(event.action for event in about_all)
    out = [address for address in rows(sample.database, Address) if address.opt_out_record_id]
    assert events["opt_out"] > events["opt_in"] >= 2
    assert len({address.contact_id for address in out}) == events["opt_out"] - events["opt_in"]


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
        if message.reason != "waiting_for_answer":
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
    assert [message.status for message in messages if message.check_at and message.check_at <= now] == []
    assert not any(attempt.check_at for attempt in tried)
    assert all(attempt.outcome and attempt.open_until < now for attempt in tried)
    assert {row.state for row in rows(sample.database, InboundMedia)} == {"fetched"}


def test_everybody_is_made_up(sample: Sample) -> None:
    phones = [contact.phone for contact in rows(sample.database, Contact) if contact.phone]
    assert 30 <= len(phones) < 41
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
    tables = (Message, Conversation, Contact, ConsentRecord, StatusEvent, InboundMedia)
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


def test_the_feed_tells_of_the_month_in_its_order(sample: Sample) -> None:
    events = rows(sample.database, FeedEvent)
    moments = [event.recorded_at for event in events]
    assert moments == sorted(moments)
    assert sample.at - timedelta(days=30) < moments[0] < sample.at - timedelta(days=25)
    assert moments[-1] <= datetime.now(UTC)
    assert {event.kind for event in events} == {
        "inbound", "outbound", "state", "status", "consent", "media", "quarantine", "conversation"
    }  # fmt: skip


def test_what_was_sent_has_attempts_and_statuses_in_their_order(sample: Sample) -> None:
    tried, told = defaultdict(list), defaultdict(list)
    for attempt in rows(sample.database, Attempt):
        tried[attempt.message_id].append(attempt)
    for event in rows(sample.database, StatusEvent):
        told[event.message_id].append(event)
    for message in rows(sample.database, Message, direction="outbound", state="accepted"):
        attempts, events = tried[message.id or 0], told[message.id or 0]
        assert [attempt.number for attempt in attempts] == list(range(1, message.tries + 1))
        assert message.occurred_at < attempts[0].started_at < message.occurred_at + timedelta(minutes=2)
        assert attempts[-1].ended_at
        moments = [attempts[-1].ended_at, *(event.occurred_at for event in events)]
        assert moments == sorted(moments)
        assert [event.recorded_at for event in events] == [event.occurred_at for event in events]
        assert events or message.status == "queued"


def test_attempts_end_in_every_way(sample: Sample) -> None:
    ends = Counter((attempt.outcome, attempt.settled_by) for attempt in rows(sample.database, Attempt))
    assert ends[("accepted", "answer")] > 900
    assert ends[("accepted", "callback")] == ends[("refused", "answer")] == ends[("unconfirmed", "answer")] == 1
    assert ends[("not_sent", "answer")] >= 10
    assert set(ends) == {("accepted", "answer"), ("accepted", "callback")} | {
        (outcome, "answer") for outcome in ("refused", "unconfirmed", "not_sent")
    }


def test_what_was_sent_again_is_called_off_when_the_first_one_arrived(sample: Sample) -> None:
    (called_off,) = rows(sample.database, Message, state="cancelled")
    (first,) = rows(sample.database, Message, id=called_off.resend_of)
    assert called_off.reason == "earlier_arrived"
    assert (called_off.body, first.status in ("delivered", "read")) == (first.body, True)


def test_the_team_did_its_work_by_name(sample: Sample) -> None:
    deeds = {(deed.actor_name, deed.verb) for deed in rows(sample.database, Audit) if deed.actor_kind == "agent"}
    verbs = {"message.send", "media.host", "conversation.assigned", "conversation.read", "conversation.closed"}
    verbs |= {"consent.record"}
    both = {(name, verb) for name in ("Ana Souza", "Ravi Menon") for verb in verbs}
    own = {("Ana Souza", "contact.joined"), ("Ana Souza", "message.keep"), ("Ravi Menon", "consent.correct")}
    assert deeds == both | own


def test_twilio_fetched_the_files_that_are_hosted_here(sample: Sample) -> None:
    store, hosted = media_store_for(sample.settings, sample.database), rows(sample.database, HostedFile)
    assert {file.content_type for file in hosted} == {"application/pdf", "image/jpeg"}
    assert [file.size for file in hosted] == [len(store.read(ACCOUNT, file.key)) for file in hosted]
    assert [fetch.size for fetch in rows(sample.database, MediaFetch)] == [file.size for file in hosted]


def test_every_file_is_on_the_shelf(sample: Sample) -> None:
    store = media_store_for(sample.settings, sample.database)
    for row in rows(sample.database, InboundMedia):
        assert len(store.read(ACCOUNT, row.key)) == row.size
        assert row.stored_type in (row.content_type, "text/x-vcard")


def test_loading_again_changes_nothing(sample: Sample) -> None:
    counted = [len(rows(sample.database, table)) for table in (Message, Journal, Agent, FeedEvent)]
    assert not load(sample.settings, sample.database, "another-password-1")
    assert [len(rows(sample.database, table)) for table in (Message, Journal, Agent, FeedEvent)] == counted
    assert all(matches(agent.password_hash, PASSWORD) for agent in rows(sample.database, Agent))


def test_a_load_that_fails_half_way_leaves_nothing(
    database: Database, make_settings: Callable[..., Settings], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    settings = make_settings(
        TWILIO_ACCOUNT_SID=ACCOUNT, TWILIO_WHATSAPP_FROM=SENDER, MEDIA_STORE=f"file:{tmp_path}/file/media"
    )
    with pytest.raises(OSError, match="file/media"):
        load(settings, database, PASSWORD)
    assert [rows(database, table) for table in (Agent, Contact, Journal, Message, HostedFile, FeedEvent)] == [[]] * 6


@pytest.mark.parametrize("body", ["Hello", "STOP"])
def test_an_account_that_somebody_wrote_to_is_left_alone(
    database: Database, make_settings: Callable[..., Settings], body: str
) -> None:
    hear(database, body)
    assert not load(make_settings(TWILIO_ACCOUNT_SID=ACCOUNT), database, PASSWORD)
    assert rows(database, Agent) == []
    assert len(rows(database, Contact)) == 1
