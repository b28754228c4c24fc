"""What another program sent through the same account joins the thread, to read only, and never in place of ours."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.domain import clock as moments
from app.domain.clock import now
from app.domain.reconcile import sent_elsewhere
from app.domain.sending import answers, settle_by_list
from app.gateways.twilio import records
from app.gateways.twilio.listed import Listed, ListUnavailable
from app.gateways.twilio.outcomes import Accepted, ResponseDetails, Unconfirmed
from app.store import pull_marks
from app.store.database import Database
from app.store.tables import Attempt, ConsentRecord, Conversation, FeedEvent, Message, SenderPace, StatusEvent
from harness.waiting import until
from tests.support.cast import ACCOUNT, AVA, NOOR, SENDER, again, ask, asked_message, claimed, hear, only, rows, tell
from tests.support.rewriting import rewrite
from tests.support.standin import StandIn

# What it asks of the database is the same on both.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

MARK = f"sent:{SENDER}"


class Clock:
    """The pull's clock, which a test may set forward."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return moments.now() + self.ahead


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(sent_elsewhere, "now", clock.now)
    return clock


@pytest.fixture
def later(clock: Clock) -> Clock:
    """Two minutes have passed."""
    clock.ahead = sent_elsewhere.OURS_MAY_BE_LATE
    return clock


def pull(database: Database, standin: StandIn) -> int:
    return sent_elsewhere.pull_sent_elsewhere(database, standin.records, ACCOUNT, SENDER)


def elsewhere_sent(
    standin: StandIn, body: str = "Your parcel is on its way", status: str = "read", **more: Any
) -> Listed:
    """Another program's message, once it is so far at Twilio: what is not sent yet isn't listed by date."""
    sid = standin.another_program_sends(body, **more)
    until(lambda: (found := standin.records.one(sid)) is not None and found.status == status)
    found = standin.records.one(sid)
    assert found is not None
    return found


def on_its_way(standin: StandIn) -> Listed:
    """Another program's message that is sent, and that nothing more is known of yet."""
    standin.simulator.control("settings", delivered_after=3600)
    return elsewhere_sent(standin, status="sent")


def test_what_another_program_sent_joins_the_thread(database: Database, standin: StandIn, later: Clock) -> None:
    hear(database, at=now() - timedelta(minutes=1))
    row = elsewhere_sent(standin)
    assert pull(database, standin) == 1
    message = only(database, Message, sid=row.sid)
    assert (message.origin, message.direction, message.state) == ("elsewhere", "outbound", "accepted")
    assert (message.body, message.kind, message.status) == ("Your parcel is on its way", "text", "read")
    assert (message.from_address, message.to_address) == (SENDER, AVA)
    assert message.occurred_at == row.created_at
    there = only(database, Conversation)
    assert (there.last_message_id, there.unread) == (message.id, 1)
    assert [(event.kind, event.word) for event in rows(database, FeedEvent, message_id=message.id)] == [
        ("outbound", "elsewhere"),
        ("status", "read"),
    ]
    assert only(database, StatusEvent, sid=row.sid).source == "pull"
    assert pull(database, standin) == 0


def test_it_is_there_to_read_only(database: Database, standin: StandIn, later: Clock) -> None:
    elsewhere_sent(standin)
    pull(database, standin)
    assert claimed(database) == []
    assert rows(database, Attempt) == []
    assert only(database, Message).next_attempt_at is None
    # That somebody was written to opens no session window.
    assert only(database, Conversation).last_inbound_at is None


@ON_SQLITE
def test_it_joins_only_after_two_minutes(database: Database, standin: StandIn, clock: Clock) -> None:
    elsewhere_sent(standin)
    assert pull(database, standin) == 0
    clock.ahead = timedelta(minutes=1)
    assert pull(database, standin) == 0
    assert rows(database, Message) == []
    clock.ahead = timedelta(minutes=2)
    assert pull(database, standin) == 1


@pytest.mark.parametrize("answered", [True, False], ids=["unconfirmed", "under way"])
def test_it_never_joins_while_an_unconfirmed_send_of_ours_is_near(
    database: Database, standin: StandIn, later: Clock, answered: bool
) -> None:
    message = asked_message(database, "Your parcel is on its way")
    (outgoing,) = claimed(database)
    if answered:
        database.write(lambda session: answers.record(session, outgoing, Unconfirmed(ResponseDetails())))
    row = elsewhere_sent(standin)
    assert pull(database, standin) == 0
    assert rows(database, Message, origin="elsewhere") == []
    database.write(lambda session: answers.record(session, outgoing, Unconfirmed(ResponseDetails())))
    rewrite(database, only(database, Attempt), check_at=now())
    assert settle_by_list.settle_due(database, standin.records, ACCOUNT) == 1
    assert again(database, message).sid == row.sid
    assert pull(database, standin) == 0


def test_an_unconfirmed_send_to_somebody_else_or_long_ago_keeps_nothing_away(
    database: Database, standin: StandIn, later: Clock
) -> None:
    for customer in (NOOR, AVA):
        asked_message(database, "Hello", customer)
        (outgoing,) = claimed(database)
        database.write(
            lambda session, outgoing=outgoing: answers.record(  # type: ignore[misc]
                session, outgoing, Unconfirmed(ResponseDetails())
            )
        )
    of_ava = only(database, Attempt, to_address=AVA)
    rewrite(database, of_ava, started_at=now() - timedelta(minutes=3))
    elsewhere_sent(standin)
    assert pull(database, standin) == 1


def test_our_own_are_not_taken(database: Database, standin: StandIn, later: Clock) -> None:
    standin.simulator.control("settings", delivered_after=600)
    message = asked_message(database)
    (outgoing,) = claimed(database)
    sid = standin.take(outgoing)
    until(lambda: (found := standin.records.one(sid)) is not None and found.status == "sent")
    database.write(lambda session: answers.record(session, outgoing, Accepted(sid, "queued", ResponseDetails(201))))
    assert pull(database, standin) == 0
    # An attempt keeps its SID when its message waits for the next one, under no SID.
    tell(database, sid, "undelivered", "63018")
    assert again(database, message).sid == ""
    assert pull(database, standin) == 0
    assert [row.id for row in rows(database, Message, direction="outbound")] == [message.id]


def test_statuses_that_came_before_it_are_its_own(database: Database, standin: StandIn, later: Clock) -> None:
    standin.simulator.control("settings", auto_read=False)
    sid = standin.another_program_sends("Hello")
    until(lambda: (found := standin.records.one(sid)) is not None and found.status == "delivered")
    tell(database, sid, "read")
    assert only(database, StatusEvent).message_id is None
    assert pull(database, standin) == 1
    message = only(database, Message)
    assert message.status == "read"
    assert {event.message_id for event in rows(database, StatusEvent, sid=sid)} == {message.id}


@ON_SQLITE
def test_a_file_of_another_program_is_said_to_be_one(database: Database, standin: StandIn, later: Clock) -> None:
    standin.simulator.control("settings", fetch_media=False)
    elsewhere_sent(standin, media_url=["http://127.0.0.1:9/file.png"])
    assert pull(database, standin) == 1
    assert (only(database, Message).kind, only(database, Message).num_media) == ("document", 1)


def test_what_another_program_could_not_send_is_never_sent_by_us(
    database: Database, standin: StandIn, later: Clock
) -> None:
    row = on_its_way(standin)
    assert pull(database, standin) == 1
    tell(database, row.sid, "undelivered", "63018")
    message = only(database, Message)
    assert (message.state, message.sid, message.status) == ("accepted", row.sid, "undelivered")
    assert message.error_code == "63018"
    # The limit is the sender's, whoever met it.
    assert only(database, SenderPace).pause_reason == "63018"
    rewrite(database, only(database, SenderPace), paused_until=now() - timedelta(seconds=1))
    assert claimed(database) == []
    assert pull(database, standin) == 0


def test_an_opt_out_that_another_program_met_counts_from_when_it_was_sent(
    database: Database, standin: StandIn, later: Clock
) -> None:
    row = on_its_way(standin)
    assert pull(database, standin) == 1
    hear(database, "START")
    tell(database, row.sid, "undelivered", "21610")
    told = only(database, ConsentRecord, state="withdrawn")
    assert (told.source, told.occurred_at) == ("twilio_error_21610", row.created_at)
    assert ask(database).decision.rule == "ok"


@ON_SQLITE
def test_what_customers_wrote_was_not_sent_elsewhere(database: Database, standin: StandIn, later: Clock) -> None:
    standin.customer_writes("Hello", customer=SENDER, to=AVA)
    assert pull(database, standin) == 0


@ON_SQLITE
def test_the_mark_stays_when_twilio_can_not_be_asked(database: Database, standin: StandIn, later: Clock) -> None:
    there = now() - timedelta(minutes=3)
    database.write(lambda session: pull_marks.set_watermark(session, ACCOUNT, MARK, there))
    elsewhere_sent(standin)
    standin.fails_next("list", "500")
    with pytest.raises(ListUnavailable):
        pull(database, standin)
    assert database.read(lambda session: pull_marks.watermark(session, ACCOUNT, MARK)) == there
    assert pull(database, standin) == 1
    moved = database.read(lambda session: pull_marks.watermark(session, ACCOUNT, MARK))
    assert moved is not None
    assert moved > there


@ON_SQLITE
def test_all_pages_are_read(
    database: Database, standin: StandIn, later: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "LARGEST_PAGE", 2)
    for number in range(5):
        elsewhere_sent(standin, str(number))
    assert pull(database, standin) == 5
    assert [row.body for row in rows(database, Message)] == ["0", "1", "2", "3", "4"]
