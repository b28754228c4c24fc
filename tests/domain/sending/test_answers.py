"""What each kind of answer proves is written down; what evidence settled stays settled."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from app.domain.clock import now
from app.domain.sending import answers, backoff, resend
from app.gateways.twilio.outcomes import (
    NOT_TWILIOS,
    Accepted,
    Answer,
    NotSent,
    Outgoing,
    Refused,
    ResponseDetails,
    Unconfirmed,
)
from app.store.database import Database
from app.store.tables import Attempt, FeedEvent, Message
from tests.support.cast import KIM, again, asked_message, claimed, new_sid, only, rows, tell

TOLD = ResponseDetails(400, "RQ123", "21211", "Invalid 'To' number")


def sent(database: Database) -> tuple[Message, Outgoing]:
    message = asked_message(database)
    (outgoing,) = claimed(database)
    return message, outgoing


def answer(database: Database, outgoing: Outgoing, told: Answer) -> Message:
    database.write(lambda session: answers.record(session, outgoing, told))
    return only(database, Message, id=outgoing.message_id)


def test_accepted_gives_the_sid_and_twilios_word(database: Database) -> None:
    _, outgoing = sent(database)
    sid = new_sid()
    message = answer(database, outgoing, Accepted(sid, "queued", ResponseDetails(201, "RQ1")))
    assert (message.state, message.sid, message.status) == ("accepted", sid, "queued")
    attempt = only(database, Attempt)
    assert (attempt.outcome, attempt.settled_by, attempt.sid) == ("accepted", "answer", sid)
    assert (attempt.http_status, attempt.twilio_request_id) == (201, "RQ1")
    assert attempt.ended_at is not None


def test_refused_fails_with_its_code_and_is_never_tried_again(database: Database) -> None:
    _, outgoing = sent(database)
    message = answer(database, outgoing, Refused(TOLD))
    assert (message.state, message.error_code, message.error_message) == ("failed", "21211", "Invalid 'To' number")
    attempt = only(database, Attempt)
    assert (attempt.outcome, attempt.http_status, attempt.error_code) == ("refused", 400, "21211")
    assert claimed(database) == []


def test_not_sent_waits_and_is_tried_again(database: Database) -> None:
    _, outgoing = sent(database)
    begun = now()
    message = answer(database, outgoing, NotSent(ResponseDetails(429, "", "20429"), retry_after=30))
    assert (message.state, message.reason, message.tries) == ("ready", "waiting_to_retry", 1)
    assert message.next_attempt_at is not None
    assert timedelta(seconds=30) <= message.next_attempt_at - begun < timedelta(seconds=35)
    assert only(database, Attempt).outcome == "not_sent"


def test_what_never_came_to_twilio_is_tried_again_and_has_no_code(database: Database) -> None:
    _, outgoing = sent(database)
    message = answer(database, outgoing, NotSent(ResponseDetails(403, error_message=NOT_TWILIOS)))
    assert (message.state, message.reason, message.error_code) == ("ready", "waiting_to_retry", "")
    assert message.next_attempt_at is not None
    attempt = only(database, Attempt)
    assert (attempt.outcome, attempt.http_status, attempt.error_code) == ("not_sent", 403, "")


def test_unconfirmed_is_not_sent_again_by_itself(database: Database) -> None:
    _, outgoing = sent(database)
    message = answer(database, outgoing, Unconfirmed(ResponseDetails(500, "RQ9", "20500")))
    assert message.state == "unconfirmed"
    assert only(database, Attempt).outcome == "unconfirmed"
    assert claimed(database) == []


def test_a_send_that_nobody_spoke_of_is_not_confirmed(database: Database) -> None:
    message, _ = sent(database)
    database.write(partial(answers.give_up_waiting, attempt=only(database, Attempt)))
    assert again(database, message).state == "unconfirmed"


@pytest.mark.parametrize("late", [Refused(TOLD), NotSent(TOLD), Unconfirmed(TOLD)], ids=lambda x: type(x).__name__)
def test_a_late_answer_does_not_undo_what_a_callback_proved(database: Database, late: Answer) -> None:
    message, outgoing = sent(database)
    sid = new_sid()
    tell(database, sid, "delivered", path=f"/twilio/status/{message.id}/{outgoing.attempt_id}")
    now_it_is = answer(database, outgoing, late)
    assert (now_it_is.state, now_it_is.sid, now_it_is.status) == ("accepted", sid, "delivered")
    assert now_it_is.error_code == ""


def test_an_answer_after_the_callback_keeps_what_the_callback_told(database: Database) -> None:
    message, outgoing = sent(database)
    sid = new_sid()
    tell(database, sid, "read", path=f"/twilio/status/{message.id}/{outgoing.attempt_id}")
    now_it_is = answer(database, outgoing, Accepted(sid, "queued", ResponseDetails(201, "RQ7")))
    assert (now_it_is.sid, now_it_is.status) == (sid, "read")
    assert only(database, Attempt).twilio_request_id == "RQ7"


def test_an_answer_later_than_a_minute_still_counts(database: Database) -> None:
    message, outgoing = sent(database)
    database.write(partial(answers.give_up_waiting, attempt=only(database, Attempt)))
    sid = new_sid()
    assert answer(database, outgoing, Accepted(sid, "queued", ResponseDetails())).sid == sid
    assert only(database, Attempt).outcome == "accepted"
    assert again(database, message).state == "accepted"


@pytest.mark.parametrize("late", [Refused(TOLD), NotSent(TOLD)], ids=lambda x: type(x).__name__)
def test_a_late_no_settles_what_was_not_confirmed(database: Database, late: Answer) -> None:
    _, outgoing = sent(database)
    database.write(partial(answers.give_up_waiting, attempt=only(database, Attempt)))
    assert answer(database, outgoing, late).state in ("failed", "ready")


def test_what_a_person_sent_again_does_not_follow_when_it_turns_out_not_sent(database: Database) -> None:
    message, outgoing = sent(database)
    answer(database, outgoing, Unconfirmed(TOLD))
    again = database.write(lambda session: resend.send_again(session, KIM, message.id or 0))
    assert again.message_id not in (None, message.id)
    assert answer(database, outgoing, NotSent(TOLD)).state == "cancelled"
    assert [row.id for row in rows(database, Message, state="ready")] == [again.message_id]


def test_the_same_answer_twice_changes_nothing(database: Database) -> None:
    _, outgoing = sent(database)
    accepted = Accepted(new_sid(), "queued", ResponseDetails())
    first = answer(database, outgoing, accepted).model_dump()
    events = len(rows(database, FeedEvent))
    assert answer(database, outgoing, accepted).model_dump() == first
    assert len(rows(database, FeedEvent)) == events


def test_long_words_of_twilio_are_cut_to_fit(database: Database) -> None:
    _, outgoing = sent(database)
    message = answer(database, outgoing, Refused(ResponseDetails(400, "R" * 500, "9" * 90, "m" * 5_000)))
    assert message.state == "failed"


def test_statuses_that_came_first_are_taken_in_with_the_answer(database: Database) -> None:
    _, outgoing = sent(database)
    sid = new_sid()
    tell(database, sid, "failed", "63016")
    message = answer(database, outgoing, Accepted(sid, "queued", ResponseDetails()))
    assert (message.status, message.error_code) == ("failed", "63016")


def test_backoff_grows_with_jitter_within_bounds() -> None:
    for tries in range(1, backoff.MAX_TRIES):
        waits = [backoff.wait(tries, None) for _ in range(200)]
        seconds = [wait.total_seconds() for wait in waits if wait is not None]
        assert len(seconds) == 200
        assert 0 <= min(seconds) <= max(seconds) <= min(300.0, 2.0 ** (tries - 1))
        assert max(seconds) - min(seconds) > 0.2 * min(300.0, 2.0 ** (tries - 1))
    assert backoff.wait(backoff.MAX_TRIES, None) is None


def test_retry_after_is_waited_for_at_least() -> None:
    wait = backoff.wait(1, 45.0)
    assert wait is not None
    assert wait.total_seconds() >= 45


def test_after_the_last_try_it_failed_with_its_reason(database: Database) -> None:
    message, outgoing = sent(database)
    database.write(lambda session: _use_up(message, session))
    now_it_is = answer(database, outgoing, NotSent(ResponseDetails(429, "", "20429", "Too many")))
    assert (now_it_is.state, now_it_is.reason, now_it_is.error_code) == ("failed", "gave_up", "20429")


def _use_up(message: Message, session: object) -> None:
    from app.store.database import Session
    from app.store.messages import rows as messages

    assert isinstance(session, Session)
    messages.update(session, message.account_sid, message.id or 0, tries=backoff.MAX_TRIES)
