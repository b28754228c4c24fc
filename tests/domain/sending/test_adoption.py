"""A signed callback proves a send, when everything in it agrees."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.domain.sending import answers, resend
from app.gateways.twilio.outcomes import Accepted, Outgoing, ResponseDetails, Unconfirmed
from app.store.database import Database, Session
from app.store.messages import rows as messages
from app.store.tables import Attempt, Message, StatusEvent
from harness.waiting import until
from tests.support.cast import KIM, NOOR, again, ago, asked_message, claimed, new_sid, only, rows, tell
from tests.support.rewriting import rewrite


def sent(database: Database, body: str = "Hello") -> tuple[Message, Outgoing]:
    message = asked_message(database, body)
    (outgoing,) = claimed(database)
    return message, outgoing


def path_of(outgoing: Outgoing) -> str:
    return f"/twilio/status/{outgoing.message_id}/{outgoing.attempt_id}"


def test_a_callback_before_the_answer_adopts(database: Database) -> None:
    message, outgoing = sent(database)
    sid = new_sid()
    tell(database, sid, "sent", path=path_of(outgoing))
    now = again(database, message)
    assert (now.sid, now.state, now.status) == (sid, "accepted", "sent")
    attempt = only(database, Attempt)
    assert (attempt.sid, attempt.outcome, attempt.settled_by) == (sid, "accepted", "callback")
    assert only(database, StatusEvent).message_id == message.id


def test_a_callback_settles_what_was_not_confirmed(database: Database) -> None:
    message, outgoing = sent(database)
    database.write(lambda session: answers.record(session, outgoing, Unconfirmed(ResponseDetails(500))))
    tell(database, new_sid(), "delivered", path=path_of(outgoing))
    assert (again(database, message).state, again(database, message).status) == ("accepted", "delivered")


def unsure_and_sent_again(database: Database) -> tuple[Message, Outgoing, Message]:
    """A message that isn't confirmed, and the other try that a person asked for, which waits its turn."""
    message, outgoing = sent(database)
    database.write(lambda session: answers.record(session, outgoing, Unconfirmed(ResponseDetails(500))))
    asked = database.write(lambda session: resend.send_again(session, KIM, message.id or 0))
    return message, outgoing, only(database, Message, id=asked.message_id)


@pytest.mark.parametrize("status", ["queued", "sent", "read"])
def test_another_try_that_still_waits_does_not_follow_when_the_first_arrived(database: Database, status: str) -> None:
    message, outgoing, other = unsure_and_sent_again(database)
    tell(database, new_sid(), status, path=path_of(outgoing))
    assert again(database, message).state == "accepted"
    assert (again(database, other).state, again(database, other).reason) == ("cancelled", "earlier_arrived")
    rewrite(database, only(database, Attempt), open_until=ago(seconds=1))
    assert claimed(database) == []
    third = database.write(lambda session: resend.send_again(session, KIM, other.id or 0))
    assert only(database, Message, id=third.message_id).resend_of == other.id


def test_another_try_follows_when_the_first_one_failed(database: Database) -> None:
    _, outgoing, other = unsure_and_sent_again(database)
    tell(database, new_sid(), "undelivered", "63024", path=path_of(outgoing))
    assert again(database, other).state == "ready"
    assert [one.message_id for one in claimed(database)] == [other.id]


def test_another_try_that_is_on_its_way_is_left_alone(database: Database) -> None:
    message, outgoing, other = unsure_and_sent_again(database)
    rewrite(database, only(database, Attempt), open_until=ago(seconds=1))
    (second,) = claimed(database)
    tell(database, new_sid(), "sent", path=path_of(outgoing))
    assert second.message_id == other.id
    assert (again(database, message).state, again(database, other).state) == ("accepted", "sending")


def test_somebody_who_knows_that_it_arrived_calls_the_other_try_off(database: Database) -> None:
    message, _, other = unsure_and_sent_again(database)
    assert database.write(lambda session: resend.it_arrived(session, KIM, message.id or 0))
    assert again(database, other).state == "cancelled"


def test_orphans_of_the_same_sid_are_taken_in(database: Database) -> None:
    message, outgoing = sent(database)
    sid = new_sid()
    tell(database, sid, "read")
    tell(database, sid, "sent", path=path_of(outgoing))
    assert again(database, message).status == "read"
    assert {row.message_id for row in rows(database, StatusEvent)} == {message.id}


@pytest.mark.parametrize(
    "fields",
    [{"To": NOOR}, {"To": ""}, {"From": "whatsapp:+14155238887"}, {"From": ""}],
    ids=["another recipient", "no recipient", "another sender", "no sender"],
)
def test_what_does_not_agree_stays_an_orphan(database: Database, fields: dict[str, str]) -> None:
    message, outgoing = sent(database)
    sid = new_sid()
    tell(database, sid, "sent", path=path_of(outgoing), **fields)
    assert again(database, message).sid == ""
    assert only(database, StatusEvent).message_id is None
    assert only(database, Attempt).outcome == ""


def test_a_wrong_attempt_or_message_stays_an_orphan(database: Database) -> None:
    message, outgoing = sent(database)
    for path in (
        f"/twilio/status/{outgoing.message_id}/{outgoing.attempt_id + 1}",
        f"/twilio/status/{outgoing.message_id + 1}/{outgoing.attempt_id}",
        "/twilio/status/0/0",
    ):
        tell(database, new_sid(), "sent", path=path)
    assert again(database, message).sid == ""
    assert {row.message_id for row in rows(database, StatusEvent)} == {None}


def test_a_second_sid_never_replaces_the_first(database: Database) -> None:
    message, outgoing = sent(database)
    first, second = new_sid(), new_sid()
    tell(database, first, "sent", path=path_of(outgoing))
    tell(database, second, "read", path=path_of(outgoing))
    now = again(database, message)
    assert (now.sid, now.status) == (first, "sent")
    assert only(database, StatusEvent, sid=second).message_id is None


def test_one_sid_is_never_two_messages(database: Database) -> None:
    message, outgoing = sent(database)
    sid = new_sid()
    database.write(lambda session: answers.record(session, outgoing, Accepted(sid, "queued", ResponseDetails())))
    other, next_outgoing = sent(database, "Another")
    database.write(lambda session: answers.record(session, next_outgoing, Accepted(sid, "queued", ResponseDetails())))
    assert again(database, message).sid == sid
    assert again(database, other).sid == ""
    tell(database, sid, "read", path=path_of(next_outgoing))
    assert (again(database, message).status, again(database, other).status) == ("read", "")


def test_a_callback_that_comes_while_the_answer_is_written_down_is_no_orphan(database: Database) -> None:
    message, outgoing = sent(database)
    sid, held, finish = new_sid(), threading.Event(), threading.Event()

    def write_down(session: Session) -> None:
        messages.by_id(session, message.account_sid, outgoing.message_id, lock=True)
        held.set()
        finish.wait(2)
        answers.record(session, outgoing, Accepted(sid, "queued", ResponseDetails(201)))

    with ThreadPoolExecutor(2) as hands:
        answered = hands.submit(database.write, write_down)
        held.wait(5)
        told = hands.submit(tell, database, sid, "failed", "63016", path=path_of(outgoing))
        if not database.is_sqlite:
            until(lambda: _somebody_waits(database))
        finish.set()
        answered.result()
        told.result()
    assert again(database, message).status == "failed"
    assert only(database, StatusEvent).message_id == message.id


def _somebody_waits(database: Database) -> bool:
    with database.reads.connect() as connection:
        return bool(connection.exec_driver_sql("SELECT count(*) FROM pg_locks WHERE NOT granted").scalar())
