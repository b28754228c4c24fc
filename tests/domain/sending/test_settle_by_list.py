"""What isn't confirmed is settled by Twilio's own list: a single match is adopted, nothing is guessed or sent again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.clock import now
from app.domain.sending import answers
from app.domain.sending.claims import Claimer, claim
from app.domain.sending.rate_limit import Pace
from app.gateways.twilio.outcomes import Accepted, Outgoing, ResponseDetails, Unconfirmed
from app.store.database import Database
from app.store.tables import Attempt, ConsentRecord, Message, StatusEvent
from harness.simulator import SECOND_SENDER, SERVICE
from harness.waiting import until
from tests.support.cast import ACCOUNT, CALLBACK_BASE, SENDER, again, asked_message, claimed, new_sid, only, rows
from tests.support.rewriting import rewrite
from tests.support.standin import StandIn


def lost(database: Database, body: str = "Hello") -> tuple[Message, Outgoing]:
    """A message whose call ended without an answer; the first look at the list is due."""
    message = asked_message(database, body)
    (outgoing,) = claimed(database)
    database.write(
        lambda session: answers.record(session, outgoing, Unconfirmed(ResponseDetails(error_message="timed out")))
    )
    look_now(database, outgoing)
    return again(database, message), outgoing


def look_now(database: Database, outgoing: Outgoing) -> None:
    rewrite(database, attempt_of(database, outgoing), check_at=now())


def attempt_of(database: Database, outgoing: Outgoing) -> Attempt:
    return only(database, Attempt, id=outgoing.attempt_id)


def test_a_single_match_in_the_list_is_adopted(database: Database, standin: StandIn) -> None:
    message, outgoing = lost(database)
    sid = standin.take(outgoing)
    assert standin.settle(database) == 1
    settled, attempt = again(database, message), attempt_of(database, outgoing)
    assert (settled.state, settled.sid) == ("accepted", sid)
    assert (attempt.outcome, attempt.settled_by, attempt.sid, attempt.check_at) == ("accepted", "list", sid, None)
    assert len(standin.accepted()) == 1


def test_a_match_is_adopted_with_the_failure_that_the_list_tells(database: Database, standin: StandIn) -> None:
    message, outgoing = lost(database)
    standin.fails_next("delivery", "fail", code=21610, word="undelivered")
    sid = standin.take(outgoing)
    until(lambda: (found := standin.records.one(sid)) is not None and found.status == "undelivered")
    assert standin.settle(database) == 1
    settled = again(database, message)
    assert (settled.status, settled.error_code, settled.check_at) == ("undelivered", "21610", None)
    assert only(database, StatusEvent, sid=sid).source == "pull"
    assert only(database, ConsentRecord).source == "twilio_error_21610"


def test_what_is_delivered_when_it_is_found_is_asked_about_no_more(database: Database, standin: StandIn) -> None:
    message, outgoing = lost(database)
    sid = standin.take(outgoing)
    until(lambda: (found := standin.records.one(sid)) is not None and found.status == "read")
    standin.settle(database)
    assert (again(database, message).status, again(database, message).check_at) == ("read", None)


def test_two_that_fit_are_not_guessed_between(database: Database, standin: StandIn) -> None:
    message, outgoing = lost(database)
    for _ in range(2):
        standin.take(outgoing)
    assert standin.settle(database) == 0
    assert again(database, message).state == "unconfirmed"


def test_a_message_with_another_text_is_not_it(database: Database, standin: StandIn) -> None:
    message, _ = lost(database)
    standin.another_program_sends("Something else")
    assert standin.settle(database) == 0
    assert again(database, message).sid == ""


def test_a_message_with_a_file_is_not_one_without(database: Database, standin: StandIn) -> None:
    message, _ = lost(database)
    standin.another_program_sends("Hello", media_url=["http://127.0.0.1:9/file.png"])
    assert standin.settle(database) == 0
    assert again(database, message).sid == ""


def test_a_message_from_another_sender_is_not_it(database: Database, standin: StandIn) -> None:
    message, _ = lost(database)
    standin.another_program_sends("Hello", sender=SECOND_SENDER)
    assert standin.settle(database) == 0
    assert again(database, message).sid == ""


@pytest.mark.parametrize("minutes", [-2, 2])
def test_a_message_of_another_time_is_not_it(database: Database, standin: StandIn, minutes: int) -> None:
    message, outgoing = lost(database)
    standin.take(outgoing)
    rewrite(database, attempt_of(database, outgoing), started_at=now() + timedelta(minutes=minutes))
    assert standin.settle(database) == 0
    assert again(database, message).sid == ""


def test_what_a_customer_wrote_is_never_it(database: Database, standin: StandIn) -> None:
    message, _ = lost(database)
    standin.customer_writes("Hello", customer=SENDER, to=message.to_address)
    assert standin.settle(database) == 0


def test_what_is_another_message_already_is_not_it(database: Database, standin: StandIn) -> None:
    first = asked_message(database, "Hello")
    (outgoing,) = claimed(database)
    sid = standin.take(outgoing)
    database.write(lambda session: answers.record(session, outgoing, Accepted(sid, "queued", ResponseDetails(201))))
    second, _ = lost(database)
    assert standin.settle(database) == 0
    assert (again(database, first).sid, again(database, second).sid) == (sid, "")


def test_the_service_will_do_while_it_is_still_choosing_a_sender(database: Database, standin: StandIn) -> None:
    standin.simulator.control("settings", sent_after=30)
    message = asked_message(database, "Hello")
    claimer = Claimer(ACCOUNT, "worker:test", CALLBACK_BASE, Pace(rate=0), SERVICE)
    (outgoing,) = database.write(lambda session: claim(session, claimer, SENDER, 1))
    database.write(lambda session: answers.record(session, outgoing, Unconfirmed(ResponseDetails())))
    look_now(database, outgoing)
    sid = standin.another_program_sends("Hello", by_service=True)
    assert standin.settle(database) == 1
    assert again(database, message).sid == sid


def test_it_is_looked_for_after_30_seconds_2_5_and_15_minutes_and_then_no_more(
    database: Database, standin: StandIn
) -> None:
    message, outgoing = lost(database)
    for passed, coming in ((0, 30), (30, 120), (120, 300), (300, 900), (900, None)):
        started_at = now() - timedelta(seconds=passed + 1)
        rewrite(database, attempt_of(database, outgoing), started_at=started_at, check_at=now())
        assert standin.settle(database) == 0
        planned = attempt_of(database, outgoing).check_at
        assert planned == (started_at + timedelta(seconds=coming) if coming else None)
    assert standin.settle(database) == 0
    assert again(database, message).state == "unconfirmed"
    assert standin.accepted() == []


def test_a_look_that_fails_is_made_up_for_by_the_next_one(database: Database, standin: StandIn) -> None:
    message, outgoing = lost(database)
    sid = standin.take(outgoing)
    standin.fails_next("list", "500")
    assert standin.settle(database) == 0
    planned = attempt_of(database, outgoing).check_at
    assert planned is not None
    assert planned > now()
    assert again(database, message).state == "unconfirmed"
    look_now(database, outgoing)
    assert standin.settle(database) == 1
    assert again(database, message).sid == sid


def test_a_worker_that_was_down_for_long_still_looks_once(database: Database, standin: StandIn) -> None:
    message = asked_message(database, "Hello")
    (outgoing,) = claimed(database)
    sid = standin.take(outgoing)
    long_ago = now() - timedelta(minutes=20)
    rewrite(database, attempt_of(database, outgoing), started_at=long_ago, open_until=long_ago)
    answers_late = attempt_of(database, outgoing)
    database.write(lambda session: answers.give_up_waiting(session, answers_late))
    rewrite(database, attempt_of(database, outgoing), started_at=now())
    assert standin.settle(database) == 1
    assert again(database, message).sid == sid


def test_nothing_is_looked_for_that_has_an_answer(database: Database, standin: StandIn) -> None:
    asked_message(database, "Hello")
    (outgoing,) = claimed(database)
    database.write(
        lambda session: answers.record(session, outgoing, Accepted(new_sid(), "queued", ResponseDetails(201)))
    )
    look_now(database, outgoing)
    assert standin.settle(database) == 0
    assert {row.outcome for row in rows(database, Attempt)} == {"accepted"}
