"""What was sent again as something that a person called off before it left may be sent again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.failures import offer_contexts, remedies
from app.domain.sending import answers, pending_reply, preflight, resend
from app.domain.sending.outbox import Enqueued
from app.gateways.twilio.outcomes import NotSent, ResponseDetails
from app.store.database import Database
from app.store.failures import by_code, unsettled
from app.store.tables import Message
from tests.support.cast import ACCOUNT, KIM, again, ago, asked_message, claimed, hear, only, rows
from tests.support.outcomes import unconfirmed, undelivered
from tests.support.rewriting import rewrite

FILE = "https://example.com/wheel.png"


def with_file(database: Database) -> Message:
    """A message whose file Twilio did not get."""
    message = undelivered(database, "63019")
    rewrite(database, message, media_urls=[FILE], num_media=1)
    return again(database, message)


def send_again(database: Database, message: Message) -> Enqueued:
    return database.write(lambda session: resend.send_again(session, KIM, message.id or 0))


def held(database: Database, message: Message) -> Message:
    """What the message was sent again as, held by the preflight."""
    return hold(database, send_again(database, message))


def hold(database: Database, asked: Enqueued) -> Message:
    new = only(database, Message, id=asked.message_id)
    rewrite(database, new, state="held", reason=preflight.HELD)
    return again(database, new)


def call_off(database: Database, message: Message) -> None:
    assert database.write(lambda session: pending_reply.call_off(session, KIM, message.id or 0))


def offered(database: Database, message: Message) -> tuple[str, ...]:
    now = again(database, message)
    return database.read(lambda session: offer_contexts.offered(session, ACCOUNT, [now]))[message.id or 0]


def counted(database: Database) -> tuple[int, list[int]]:
    """How many of a code the failures page says may be sent again, and which the verb would send."""
    at, since = datetime.now(UTC), ago(days=1)
    (group,) = database.read(lambda session: by_code.groups(session, ACCOUNT, at, since))
    return group.resendable, database.read(lambda session: by_code.resendable(session, ACCOUNT, "63019", at, since, 10))


def test_it_is_offered_and_counted_again_and_sent_once_more(database: Database) -> None:
    message = with_file(database)
    before = offered(database, message)
    assert {"rehost", "file", "send_again"} <= set(before)
    new = held(database, message)
    assert (offered(database, message), counted(database)) == ((), (0, []))
    call_off(database, new)
    assert (offered(database, message), counted(database)) == (before, (1, [message.id]))
    assert offered(database, new) == ()
    second = send_again(database, message)
    assert (second.repeated, second.message_id != new.id) == (False, True)
    assert (send_again(database, message).repeated, counted(database)) == (True, (0, []))
    call_off(database, hold(database, second))
    assert remedies.send_all_again(database, KIM, "63019").done == 1
    assert remedies.send_all_again(database, KIM, "63019").done == 0
    states = [row.state for row in rows(database, Message, resend_of=message.id)]
    assert states == ["cancelled", "cancelled", "ready"]


@pytest.mark.parametrize(
    ("state", "reason"),
    [
        ("ready", ""),
        ("held", preflight.HELD),
        ("sending", ""),
        ("unconfirmed", ""),
        ("accepted", ""),
        ("failed", ""),
        ("cancelled", "earlier_arrived"),
        ("cancelled", "sent_again"),
    ],
)
def test_what_left_or_may_leave_or_was_replaced_itself_stays_in_the_way(
    database: Database, state: str, reason: str
) -> None:
    message = with_file(database)
    new = held(database, message)
    rewrite(database, new, state=state, reason=reason)
    assert offered(database, message) == ()
    assert (
        database.read(lambda session: by_code.resendable(session, ACCOUNT, "63019", datetime.now(UTC), ago(days=1), 10))
        == []
    )
    assert (send_again(database, message).message_id, send_again(database, message).repeated) == (new.id, True)


def test_one_that_is_not_confirmed_waits_for_a_decision_again(database: Database) -> None:
    message = unconfirmed(database)
    new = held(database, message)
    at = datetime.now(UTC)
    assert database.read(lambda session: unsettled.counts(session, ACCOUNT, at)).unconfirmed == 0
    call_off(database, new)
    assert "send_again" in offered(database, message)
    assert database.read(lambda session: unsettled.counts(session, ACCOUNT, at)).unconfirmed == 1
    assert [case.message.id for case in database.read(lambda session: by_code.unconfirmed(session, ACCOUNT))] == [
        message.id
    ]


def test_what_was_called_off_does_not_follow_by_itself(database: Database) -> None:
    message = asked_message(database)
    outgoing = next(one for one in claimed(database) if one.message_id == message.id)
    rewrite(database, message, state="unconfirmed")
    call_off(database, held(database, message))
    database.write(lambda session: answers.record(session, outgoing, NotSent(ResponseDetails())))
    assert (again(database, message).state, again(database, message).reason) == ("failed", "gave_up")
    assert "send_again" in offered(database, message)


def test_a_refusal_of_the_gate_leaves_it_known_as_the_newest_try(database: Database) -> None:
    message = with_file(database)
    new = held(database, message)
    call_off(database, new)
    hear(database, "STOP")
    assert send_again(database, message).decision.rule == "suppressed"
    assert again(database, new).request_key == f"again:{message.id}"
