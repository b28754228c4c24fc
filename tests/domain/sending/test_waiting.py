"""Why a message that is ready has not left yet."""

from __future__ import annotations

from datetime import timedelta

from app.domain.clock import now
from app.domain.sending import waiting
from app.domain.sending.claims import OPEN_FOR
from app.domain.sending.waiting import Wait
from app.gateways.twilio.outcomes import NotSent, ResponseDetails
from app.store.database import Database
from app.store.tables import Attempt, Message, SenderPace
from tests.support.cast import ACCOUNT, NOOR, again, ago, asked_message, claimed, only, rows
from tests.support.outcomes import accepted, answered, unconfirmed, undelivered
from tests.support.rewriting import rewrite


def waits(database: Database) -> dict[str, Wait]:
    """What waits now, by its words."""
    messages = rows(database, Message, direction="outbound")
    found = database.read(lambda session: waiting.waits(session, ACCOUNT, messages, now()))
    return {message.body: found[message.id] for message in messages if message.id in found}


def test_what_may_leave_waits_for_nothing(database: Database) -> None:
    accepted(database)
    asked_message(database, "Next")
    assert waits(database) == {}


def test_an_open_send_holds_up_the_next_and_that_one_the_one_after_it(database: Database) -> None:
    unconfirmed(database)
    asked_message(database, "Second")
    asked_message(database, "Third")
    asked_message(database, "To somebody else", NOOR)
    attempt = only(database, Attempt)
    assert waits(database) == {"Second": Wait("open_send", attempt.open_until), "Third": Wait("turn")}
    rewrite(database, attempt, open_until=ago(seconds=1))
    assert waits(database) == {"Third": Wait("turn")}


def test_a_call_that_has_only_begun_is_not_spoken_of(database: Database) -> None:
    asked_message(database)
    claimed(database)
    asked_message(database, "Second")
    assert waits(database) == {}
    begun = ago(seconds=3)
    rewrite(database, only(database, Attempt), started_at=begun, open_until=begun + OPEN_FOR)
    assert waits(database) == {"Second": Wait("open_send", begun + OPEN_FOR)}


def test_what_twilio_did_not_take_waits_to_be_tried_again(database: Database) -> None:
    message = answered(database, NotSent(ResponseDetails(429, error_message="Too Many Requests"), retry_after=30))
    wait = waits(database)["On its way."]
    assert (wait.why, wait.until) == ("retry", message.next_attempt_at)
    assert wait.last is not None
    assert wait.last.http_status == 429
    rewrite(database, message, next_attempt_at=ago(seconds=1))
    assert waits(database) == {}


def test_a_paused_sender_holds_up_all_that_it_sends(database: Database) -> None:
    message = undelivered(database, "63018")
    asked_message(database, "Another", NOOR)
    pace = only(database, SenderPace)
    assert waits(database) == dict.fromkeys(("On its way.", "Another"), Wait("rate", pace.paused_until, code="63018"))
    rewrite(database, pace, paused_until=ago(seconds=1))
    assert waits(database) == {"On its way.": Wait("rate", again(database, message).next_attempt_at)}
    rewrite(database, message, next_attempt_at=now() - timedelta(seconds=1))
    assert waits(database) == {}
