"""What a failure's code changes beyond its message."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from app.domain.clock import now
from app.domain.failures import remedies
from app.domain.sending import answers, error_effects, rate_limit, resend
from app.gateways.twilio.outcomes import Accepted, NotSent, Outgoing, ResponseDetails, Unconfirmed
from app.store.database import Database
from app.store.messages import outbox
from app.store.tables import Address, Attempt, ConsentRecord, Message, SenderPace
from tests.support.cast import (
    ACCOUNT,
    KIM,
    NOOR,
    SENDER,
    again,
    ago,
    ask,
    asked_message,
    claimed,
    hear,
    new_sid,
    only,
    rows,
    tell,
)
from tests.support.outcomes import accepted, refused, unconfirmed, undelivered
from tests.support.rewriting import rewrite

FAILS: list[Callable[[Database, str], Message]] = [refused, undelivered]


def go_on(database: Database) -> None:
    """The sender's pause is over, and what waited for it is due."""
    rewrite(database, only(database, SenderPace), paused_until=ago(seconds=1))
    for message in rows(database, Message, state="ready"):
        rewrite(database, message, next_attempt_at=ago(seconds=1))


def next_attempt(database: Database, message: Message) -> tuple[Message, Outgoing]:
    """The message as it leaves once more, under a new SID."""
    go_on(database)
    (outgoing,) = claimed(database)
    database.write(
        lambda session: answers.record(session, outgoing, Accepted(new_sid(), "queued", ResponseDetails(201)))
    )
    return again(database, message), outgoing


@pytest.mark.parametrize("fails", FAILS)
@pytest.mark.parametrize("code", ["21610", "63014"])
def test_an_opt_out_that_twilio_knows_of_is_recorded_once(
    database: Database, fails: Callable[[Database, str], Message], code: str
) -> None:
    message = fails(database, code)
    event = only(database, ConsentRecord)
    assert (event.action, event.source, event.message_id) == ("opt_out", f"twilio_error_{code}", message.id)
    assert rows(database, Address)[0].opt_out_record_id == event.id
    assert ask(database).decision.rule == ("blocked_at_twilio" if code == "21610" else "suppressed")
    if message.sid:
        tell(database, message.sid, "failed", code)
        tell(database, message.sid, "undelivered", code)
    assert rows(database, ConsentRecord) == [event]


def test_an_opt_out_told_late_does_not_undo_a_start_that_came_after_the_send(database: Database) -> None:
    message = accepted(database)
    hear(database, "START", at=now() + timedelta(seconds=1))
    tell(database, message.sid, "undelivered", "21610")
    assert {row.action for row in rows(database, ConsentRecord)} == {"opt_in", "opt_out"}
    assert rows(database, Address)[0].opt_out_record_id is None


def told_by_a_person(database: Database, message: Message) -> None:
    database.write(lambda session: remedies.record_opt_out(session, KIM, message.id or 0))


def told_by_twilio(database: Database, message: Message) -> None:
    tell(database, message.sid, "undelivered", "21610")


ORDERS = [(told_by_a_person, told_by_twilio), (told_by_twilio, told_by_a_person)]


@pytest.mark.parametrize("tellers", ORDERS)
def test_whoever_tells_of_an_opt_out_first_writes_what_the_other_would(
    database: Database, tellers: tuple[Callable[[Database, Message], None], ...]
) -> None:
    message = accepted(database)
    # Asked for long before it could leave; the customer came back meanwhile, and was lost again.
    rewrite(database, message, occurred_at=ago(hours=2), error_code="21610")
    hear(database, "START", at=ago(hours=1))
    for teller in tellers:
        teller(database, message)
    event = only(database, ConsentRecord, state="withdrawn")
    assert event.occurred_at == only(database, Attempt).started_at
    assert (event.source, event.message_id) == ("twilio_error_21610", message.id)
    assert rows(database, Address)[0].opt_out_record_id == event.id


def test_told_at_once_it_is_recorded_once(database: Database) -> None:
    message = accepted(database)
    rewrite(database, message, error_code="21610")
    with ThreadPoolExecutor(4) as pool:
        for told in [pool.submit(teller, database, message) for teller in ORDERS[0] * 2]:
            told.result()
    assert only(database, ConsentRecord).occurred_at == only(database, Attempt).started_at


def test_a_closed_window_fails_the_message_and_nothing_else(database: Database) -> None:
    message = undelivered(database, "63016")
    assert (message.state, message.status, message.error_code) == ("accepted", "undelivered", "63016")
    assert rows(database, ConsentRecord) == []
    assert [row.pauses for row in rows(database, SenderPace)] in ([], [0])
    assert claimed(database) == []


@pytest.mark.parametrize("code", ["63018", "21611"])
@pytest.mark.parametrize("fails", FAILS)
def test_a_limit_of_the_sender_pauses_it_and_lets_the_message_wait_for_a_new_attempt(
    database: Database, fails: Callable[[Database, str], Message], code: str
) -> None:
    other = asked_message(database, "To somebody else", NOOR)
    message = fails(database, code)
    assert (message.state, message.reason, message.sid, message.status) == ("ready", "waiting_for_rate", "", "")
    waits = only(database, SenderPace)
    assert waits.pause_reason == code
    assert waits.paused_until is not None
    assert message.next_attempt_at == waits.paused_until
    assert claimed(database) == []
    assert database.read(lambda session: outbox.senders_with_work(session, ACCOUNT, now())) == []
    assert again(database, other).state in ("ready", "sending")


def test_the_new_attempt_has_a_sid_of_its_own_and_the_old_one_keeps_its(database: Database) -> None:
    first = accepted(database)
    tell(database, first.sid, "undelivered", "63018")
    second, _ = next_attempt(database, first)
    one, other = rows(database, Attempt)
    assert (one.sid, one.number, one.error_code) == (first.sid, 1, "63018")
    assert (other.sid, other.number, other.error_code) == (second.sid, 2, "")
    assert (second.state, second.tries, second.error_code) == ("accepted", 2, "")


def test_a_late_word_of_the_old_sid_changes_nothing_of_the_new_one(database: Database) -> None:
    first = accepted(database)
    tell(database, first.sid, "undelivered", "63018")
    second, _ = next_attempt(database, first)
    tell(database, first.sid, "delivered")
    tell(database, first.sid, "failed", "63018")
    assert again(database, first) == second
    tell(database, second.sid, "read")
    assert (again(database, first).sid, again(database, first).status) == (second.sid, "read")


def test_what_arrived_after_all_is_not_tried_again(database: Database) -> None:
    first = accepted(database)
    tell(database, first.sid, "undelivered", "63018")
    tell(database, first.sid, "delivered")
    arrived = again(database, first)
    assert (arrived.state, arrived.sid, arrived.status) == ("accepted", first.sid, "delivered")
    go_on(database)
    assert claimed(database) == []


def test_the_attempts_at_a_limit_are_bounded(database: Database) -> None:
    message = accepted(database)
    for _ in range(error_effects.MOST_TRIES_AT_A_LIMIT - 1):
        tell(database, message.sid, "undelivered", "63018")
        message, _outgoing = next_attempt(database, message)
    tell(database, message.sid, "undelivered", "63018")
    ended = again(database, message)
    assert (ended.status, ended.error_code, ended.tries) == ("undelivered", "63018", 3)
    go_on(database)
    assert claimed(database) == []
    assert len({row.sid for row in rows(database, Attempt)}) == 3


def test_what_a_person_sent_again_does_not_follow_when_it_turns_out_to_have_met_the_limit(database: Database) -> None:
    message = unconfirmed(database)
    attempt = only(database, Attempt)
    new = database.write(lambda session: resend.send_again(session, KIM, message.id or 0))
    tell(database, new_sid(), "undelivered", "63018", path=f"/twilio/status/{message.id}/{attempt.id}")
    assert (again(database, message).state, again(database, message).status) == ("accepted", "undelivered")
    assert [row.id for row in rows(database, Message, state="ready")] == [new.message_id]


def test_a_limit_answered_with_429_pauses_the_sender_too(database: Database) -> None:
    message = asked_message(database)
    (outgoing,) = claimed(database)
    database.write(lambda session: answers.record(session, outgoing, NotSent(ResponseDetails(429, "", "63018"))))
    assert (again(database, message).state, again(database, message).reason) == ("ready", "waiting_to_retry")
    assert only(database, SenderPace).pause_reason == "63018"


def test_a_limit_of_one_sender_is_no_other_senders(database: Database) -> None:
    database.write(lambda session: rate_limit.slow_down(session, ACCOUNT, "whatsapp:+14155238887", "63018"))
    message = asked_message(database)
    assert [one.message_id for one in claimed(database)] == [message.id]


def test_an_unconfirmed_send_has_no_consequences(database: Database) -> None:
    asked_message(database)
    (outgoing,) = claimed(database)
    database.write(lambda session: answers.record(session, outgoing, Unconfirmed(ResponseDetails(500, "", "63018"))))
    assert [row for row in rows(database, SenderPace, sender=SENDER) if row.paused_until] == []
