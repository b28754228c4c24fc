"""What customers wrote and no webhook brought is taken in as if it had, and marked as recovered."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.clock import now
from app.domain.media import inbound as inbound_media
from app.domain.media.store import media_store_for
from app.domain.reconcile.missed_inbound import pull_missed_inbound
from app.gateways.twilio import records
from app.gateways.twilio.listed import ListUnavailable
from app.gateways.twilio.media import TwilioMedia
from app.store import pull_marks
from app.store.database import Database
from app.store.tables import ConsentRecord, Contact, Conversation, FeedEvent, InboundMedia, Journal, Message, PullMark
from harness.simulator import SECOND_SENDER
from harness.waiting import until
from tests.support.cast import ACCOUNT, AVA, NOOR, SENDER, again, hear, inbound_form, only, rows, take, webhook
from tests.support.standin import StandIn

# What it asks of the database is the same on both.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MARK = f"received:{SENDER}"
FAILURES: list[tuple[str, dict[str, Any]]] = [
    ("500", {}),
    ("429", {}),
    ("drop", {}),
    ("cut", {}),
    ("not_json", {}),
    ("error", {"code": 20003, "status": 401}),
]


def pull(database: Database, standin: StandIn, sender: str = SENDER) -> int:
    return pull_missed_inbound(database, standin.records, ACCOUNT, sender)


def mark(database: Database) -> datetime | None:
    return database.read(lambda session: pull_marks.watermark(session, ACCOUNT, MARK))


def set_mark(database: Database, at: datetime) -> None:
    database.write(lambda session: pull_marks.set_watermark(session, ACCOUNT, MARK, at))


def unheard(standin: StandIn, **said: Any) -> dict[str, str]:
    """Somebody writes, and the webhook is kept back: its form."""
    asked = {"from": AVA, "body": "Hello", "post": False, **said}
    form: dict[str, str] = standin.simulator.control("inbound", **asked)["form"]
    return form


def test_what_never_came_is_taken_in_and_marked_with_its_own_time(database: Database, standin: StandIn) -> None:
    sid = standin.customer_writes("Is anybody there?")
    at_twilio = standin.records.one(sid)
    assert at_twilio is not None
    assert pull(database, standin) == 1
    message = only(database, Message)
    assert (message.sid, message.body, message.state) == (sid, "Is anybody there?", "received")
    assert (message.direction, message.origin, message.from_address) == ("inbound", "recovered", AVA)
    assert message.occurred_at == at_twilio.created_at
    there = only(database, Conversation)
    assert (there.unread, there.last_message_id, there.last_inbound_at) == (1, message.id, message.occurred_at)
    kept = only(database, Journal)
    assert (kept.source, kept.state, kept.occurred_at) == ("pull", "applied", message.occurred_at)
    assert [(row.kind, row.word) for row in rows(database, FeedEvent)] == [("inbound", "text")]


def test_a_second_pull_finds_nothing_new(database: Database, standin: StandIn) -> None:
    standin.customer_writes("Hello")
    assert [pull(database, standin) for _ in range(3)] == [1, 0, 0]
    assert only(database, Conversation).unread == 1
    assert len(rows(database, Journal)) == 1


def test_what_came_by_webhook_is_left_alone(database: Database, standin: StandIn) -> None:
    form = unheard(standin)
    take(database, webhook("inbound", form))
    before = only(database, Message)
    assert pull(database, standin) == 0
    assert only(database, Message) == before
    assert len(rows(database, Journal)) == 1


def test_a_pulled_message_brings_its_files(database: Database, standin: StandIn, tmp_path: Path) -> None:
    sid = standin.customer_writes("", media=["picture", "voice"])
    assert pull(database, standin) == 1
    message = only(database, Message, sid=sid)
    assert (message.kind, message.num_media) == ("image", 2)
    wanted = rows(database, InboundMedia, message_id=message.id)
    assert [(row.position, row.content_type) for row in wanted] == [(0, "image/jpeg"), (1, "audio/ogg")]
    settings = standin.settings.model_copy(update={"media_store": f"file:{tmp_path}"})
    source = TwilioMedia(settings)
    assert inbound_media.fetch_wanted(database, source, media_store_for(settings, database), ACCOUNT) == 2
    with contextlib.suppress(AttributeError):
        source._http.session.close()  # type: ignore[union-attr]
    assert {(row.state, row.stored_type) for row in rows(database, InboundMedia)} == {
        ("fetched", "image/jpeg"),
        ("fetched", "audio/ogg"),
    }


def test_a_message_whose_files_twilio_does_not_tell_holds_up_no_other(database: Database, standin: StandIn) -> None:
    standin.customer_writes("", media=["picture"])
    standin.customer_writes("And another thing")
    standin.fails_next("media_list", "500")
    with pytest.raises(ListUnavailable):
        pull(database, standin)
    assert only(database, Message).body == "And another thing"
    assert rows(database, PullMark) == []
    assert pull(database, standin) == 1
    assert {row.num_media for row in rows(database, Message)} == {0, 1}


def test_the_webhook_that_comes_after_all_completes_it(database: Database, standin: StandIn) -> None:
    form = unheard(standin, profile_name="Ava", button={"text": "Yes, please", "payload": "yes-7"})
    pull(database, standin)
    pulled = only(database, Message)
    assert (pulled.kind, pulled.details, pulled.origin) == ("text", {}, "recovered")
    take(database, webhook("inbound", form))
    complete = again(database, pulled)
    assert (complete.kind, complete.details["button_payload"], complete.origin) == ("button", "yes-7", "")
    assert (complete.occurred_at, complete.recorded_at) == (pulled.occurred_at, pulled.recorded_at)
    assert only(database, Contact).profile_name == "Ava"
    there = only(database, Conversation)
    assert (there.unread, there.last_inbound_at) == (1, pulled.occurred_at)


def test_after_the_webhook_nothing_changes_it_any_more(database: Database, standin: StandIn) -> None:
    form = unheard(standin, media=["picture"])
    pull(database, standin)
    take(database, webhook("inbound", form))
    complete = only(database, Message)
    files = rows(database, InboundMedia)
    assert len(files) == 1
    take(database, webhook("inbound", form), webhook("inbound", {**form, "Body": "Something else"}))
    assert pull(database, standin) == 0
    assert only(database, Message) == complete
    assert rows(database, InboundMedia) == files
    assert only(database, Conversation).unread == 1


def test_an_opt_out_that_was_pulled_counts_once_and_from_when_it_was_said(database: Database, standin: StandIn) -> None:
    form = unheard(standin, body="STOP")
    pull(database, standin)
    event = only(database, ConsentRecord)
    assert (event.action, event.occurred_at) == ("opt_out", only(database, Message, direction="inbound").occurred_at)
    take(database, webhook("inbound", form))
    assert rows(database, ConsentRecord) == [event]
    assert len(rows(database, Message, origin="opt_out_confirmation")) == 1


def test_an_opt_out_that_only_the_webhook_tells_counts_from_when_the_message_came(
    database: Database, standin: StandIn
) -> None:
    form = unheard(standin, body="No more of this", button={"text": "No more of this", "payload": "STOP"})
    pull(database, standin)
    assert rows(database, ConsentRecord) == []
    take(database, webhook("inbound", form))
    said = only(database, Message, direction="inbound")
    assert only(database, ConsentRecord).occurred_at == said.occurred_at


def test_a_pull_that_comes_just_after_the_webhook_takes_nothing_away(database: Database) -> None:
    form = inbound_form(ButtonText="Yes, please", ButtonPayload="yes-7")
    take(database, webhook("inbound", form))
    before = only(database, Message)
    take(database, replace(webhook("inbound", form | {"ButtonPayload": "", "Body": ""}), source="pull"))
    assert only(database, Message) == before
    assert only(database, Conversation).unread == 1


def test_an_old_message_that_is_pulled_leaves_the_newer_one_on_top(database: Database, standin: StandIn) -> None:
    standin.customer_writes("The one before")
    newest = hear(database, "The newest", at=now() + timedelta(minutes=1))
    assert pull(database, standin) == 1
    there = only(database, Conversation)
    assert (there.last_message_id, there.last_inbound_at, there.unread) == (newest.id, newest.occurred_at, 2)


def test_everything_since_the_mark_less_an_hour_is_listed(database: Database, standin: StandIn) -> None:
    standin.customer_writes("Hello")
    # A mark that lies ahead: what was written now is as far before it as the test says.
    set_mark(database, now() + timedelta(minutes=70))
    assert pull(database, standin) == 0
    set_mark(database, now() + timedelta(minutes=50))
    assert pull(database, standin) == 1


def test_the_mark_moves_to_when_the_pull_began(database: Database, standin: StandIn) -> None:
    before = now()
    pull(database, standin)
    first = mark(database)
    assert first is not None
    assert before <= first <= now()
    pull(database, standin)
    second = mark(database)
    assert second is not None
    assert second > first


@ON_SQLITE
def test_the_mark_stays_when_twilio_can_not_be_asked(database: Database, standin: StandIn) -> None:
    there = now() - timedelta(minutes=3)
    set_mark(database, there)
    standin.customer_writes("Hello")
    for behaviour, more in FAILURES:
        standin.fails_next("list", behaviour, **more)
        with pytest.raises(ListUnavailable):
            pull(database, standin)
        assert mark(database) == there
        assert rows(database, Message) == []
    assert pull(database, standin) == 1


@ON_SQLITE
def test_all_pages_are_read_and_taken_in_oldest_first(
    database: Database, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "LARGEST_PAGE", 2)
    for number in range(5):
        standin.customer_writes(str(number))
    assert pull(database, standin) == 5
    assert [row.body for row in rows(database, Message)] == ["0", "1", "2", "3", "4"]


@ON_SQLITE
def test_a_page_that_fails_leaves_nothing_passed_over(
    database: Database, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "LARGEST_PAGE", 2)
    for number in range(5):
        standin.customer_writes(str(number))
    standin.fails_next("list", "slow", seconds=0)
    standin.fails_next("list", "500")
    with pytest.raises(ListUnavailable):
        pull(database, standin)
    assert mark(database) is None
    assert pull(database, standin) == 5


def test_each_sender_has_its_own_messages(database: Database, standin: StandIn) -> None:
    standin.customer_writes("To the second number", customer=NOOR, to=SECOND_SENDER)
    assert pull(database, standin) == 0
    assert pull(database, standin, SECOND_SENDER) == 1
    assert only(database, Conversation).sender == SECOND_SENDER


@ON_SQLITE
def test_what_we_sent_is_nothing_that_a_customer_wrote(database: Database, standin: StandIn) -> None:
    sid = standin.another_program_sends("Hello", to=SENDER, sender=SECOND_SENDER)
    until(lambda: (found := standin.records.one(sid)) is not None and found.sent_at)
    assert pull(database, standin) == 0
    assert rows(database, Message) == []
