"""Sends whose callbacks stopped are asked about by SID: after ten minutes, ever less often, for two days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.clock import now
from app.domain.reconcile.silent_sends import check_silent_sends
from app.domain.sending import answers, shown_status
from app.gateways.twilio.listed import ListUnavailable
from app.gateways.twilio.outcomes import Accepted, ResponseDetails
from app.store.database import Database
from app.store.messages import rows as messages
from app.store.tables import ConsentRecord, Message, StatusEvent
from harness.waiting import until
from tests.support.cast import ACCOUNT, AVA, again, asked_message, claimed, new_sid, only, rows, tell
from tests.support.rewriting import rewrite
from tests.support.standin import StandIn

# What it asks of the database is the same on both.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TEN_MINUTES = timedelta(minutes=10)


def silent(database: Database, standin: StandIn, status: str = "read", customer: str = AVA) -> Message:
    """A send of ours that Twilio has brought as far as `status` without telling, and that is due to be asked about."""
    message = asked_message(database, "Hello", customer)
    (outgoing,) = claimed(database)
    sid = standin.take(outgoing)
    until(lambda: (found := standin.records.one(sid)) is not None and found.status == status)
    database.write(lambda session: answers.record(session, outgoing, Accepted(sid, "queued", ResponseDetails(201))))
    rewrite(database, message, check_at=now())
    return again(database, message)


def ask_now(database: Database, standin: StandIn) -> int:
    return check_silent_sends(database, standin.records, ACCOUNT)


def planned_after(database: Database, standin: StandIn, message: Message, age: timedelta) -> timedelta | None:
    """How long after a look at a message of this age the next one is planned."""
    rewrite(database, message, occurred_at=now() - age, check_at=now())
    before = now()
    assert ask_now(database, standin) == 1
    check_at = again(database, message).check_at
    return None if check_at is None else check_at - before


def test_a_send_is_asked_about_when_it_has_been_silent_for_ten_minutes(database: Database, standin: StandIn) -> None:
    asked_message(database)
    (outgoing,) = claimed(database)
    begun = now()
    sid = standin.take(outgoing)
    database.write(lambda session: answers.record(session, outgoing, Accepted(sid, "queued", ResponseDetails(201))))
    planned = only(database, Message, sid=sid).check_at
    assert planned is not None
    assert begun + TEN_MINUTES <= planned <= now() + TEN_MINUTES
    assert ask_now(database, standin) == 0
    told_at = now()
    tell(database, sid, "sent")
    planned = only(database, Message, sid=sid).check_at
    assert planned is not None
    assert planned >= told_at + TEN_MINUTES


def test_what_twilio_says_is_shown_and_asked_no_more(database: Database, standin: StandIn) -> None:
    message = silent(database, standin)
    assert ask_now(database, standin) == 1
    asked = again(database, message)
    assert (asked.status, asked.check_at) == ("read", None)
    event = only(database, StatusEvent)
    assert (event.status, event.source, event.message_id) == ("read", "pull", message.id)
    assert ask_now(database, standin) == 0


def test_a_failure_is_told_with_its_code_and_what_follows_from_it(database: Database, standin: StandIn) -> None:
    standin.fails_next("delivery", "fail", code=21610, word="undelivered")
    message = silent(database, standin, "undelivered")
    ask_now(database, standin)
    assert (again(database, message).status, again(database, message).error_code) == ("undelivered", "21610")
    assert only(database, ConsentRecord).action == "opt_out"


@ON_SQLITE
def test_the_asking_grows_less_with_the_messages_age(database: Database, standin: StandIn) -> None:
    standin.simulator.control("settings", delivered_after=3600)
    message = silent(database, standin, "sent")
    # The first look learns `sent`, and begins to count anew; the others learn nothing.
    assert planned_after(database, standin, message, timedelta(minutes=10)) is not None
    for age, wait in ((10, 10), (40, 10), (80, 20), (240, 60), (24 * 60, 360)):
        planned = planned_after(database, standin, message, timedelta(minutes=age))
        assert planned is not None
        assert timedelta(0) <= planned - timedelta(minutes=wait) < timedelta(minutes=2)


@ON_SQLITE
def test_after_two_days_it_is_given_up(database: Database, standin: StandIn) -> None:
    standin.simulator.control("settings", delivered_after=3600)
    message = silent(database, standin, "sent")
    tell(database, message.sid, "sent")
    assert planned_after(database, standin, message, timedelta(hours=47)) is not None
    assert planned_after(database, standin, message, timedelta(hours=49)) is None
    assert again(database, message).status == "sent"
    assert ask_now(database, standin) == 0


@ON_SQLITE
def test_a_sid_that_twilio_does_not_know_is_asked_about_again_later(database: Database, standin: StandIn) -> None:
    message = silent(database, standin)
    rewrite(database, message, sid=new_sid())
    assert ask_now(database, standin) == 1
    planned = again(database, message).check_at
    assert planned is not None
    assert planned > now() + timedelta(minutes=5)
    assert (again(database, message).status, rows(database, StatusEvent)) == ("queued", [])


@pytest.mark.parametrize("behaviour", ["500", "not_json"])
def test_one_that_twilio_always_stumbles_over_does_not_hold_up_the_others(
    database: Database, standin: StandIn, behaviour: str
) -> None:
    first = silent(database, standin)
    second = silent(database, standin)
    rewrite(database, first, check_at=now() - timedelta(minutes=1))
    standin.fails_next("fetch", behaviour)
    with pytest.raises(ListUnavailable):
        ask_now(database, standin)
    put_off = again(database, first)
    assert put_off.status == "queued"
    assert put_off.check_at is not None
    assert put_off.check_at > now() + timedelta(minutes=5)
    assert ask_now(database, standin) == 1
    assert (again(database, second).status, again(database, first).status) == ("read", "queued")


@ON_SQLITE
def test_more_are_asked_about_than_are_looked_up_at_once(
    database: Database, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up = messages.silent_sends
    monkeypatch.setattr(
        messages, "silent_sends", lambda session, account_sid, at: look_up(session, account_sid, at, limit=1)
    )
    asked = [silent(database, standin) for _ in range(3)]
    assert ask_now(database, standin) == 3
    assert {again(database, message).status for message in asked} == {"read"}


def test_what_a_callback_told_meanwhile_stays(database: Database, standin: StandIn) -> None:
    standin.simulator.control("settings", delivered_after=3600)
    message = silent(database, standin, "sent")
    tell(database, message.sid, "delivered")
    rewrite(database, message, check_at=now())
    assert ask_now(database, standin) == 1
    assert (again(database, message).status, again(database, message).check_at) == ("delivered", None)


def test_a_word_about_an_earlier_sid_is_no_word_about_the_present_one(
    database: Database, standin: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = silent(database, standin)
    ask = standin.records.one

    def while_it_moves_on(sid: str) -> object:
        found = ask(sid)
        rewrite(database, message, sid=new_sid(), status="queued", check_at=now() + shown_status.SILENT_AFTER)
        return found

    monkeypatch.setattr(standin.records, "one", while_it_moves_on)
    assert ask_now(database, standin) == 1
    assert (again(database, message).status, rows(database, StatusEvent)) == ("queued", [])
