"""What a sender may claim: in order, one open send for each recipient, each message by one sender only."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import col

from app.domain.clock import now
from app.domain.sending.answers import record
from app.domain.sending.claims import OPEN_FOR, Claimer, claim
from app.domain.sending.rate_limit import Pace
from app.gateways.twilio.outcomes import Accepted, Answer, NotSent, Outgoing, Refused, ResponseDetails, Unconfirmed
from app.store.database import Database, Session
from app.store.messages import outbox
from app.store.tables import Attempt, FeedEvent, Message
from tests.support.cast import (
    ACCOUNT,
    AVA,
    CALLBACK_BASE,
    SENDER,
    again,
    ask,
    asked_message,
    claimed,
    new_sid,
    only,
    rows,
)


def customer(number: int) -> str:
    return f"whatsapp:+1415555{1000 + number}"


def answer(database: Database, outgoing: Outgoing, told: Answer) -> None:
    database.write(lambda session: record(session, outgoing, told))


def later(database: Database, by: timedelta) -> None:
    """As if all attempts had begun that much earlier."""
    shifted = {"open_until": now() - by}
    database.write(lambda session: session.execute(sa.update(Attempt).where(_mine()).values(**shifted)))


def _mine() -> sa.ColumnElement[bool]:
    return col(Attempt.account_sid) == ACCOUNT


def test_a_claim_is_an_open_attempt_before_anything_is_sent(database: Database) -> None:
    message = asked_message(database, "Hello")
    (outgoing,) = claimed(database)
    attempt = only(database, Attempt)
    assert (attempt.message_id, attempt.number, attempt.outcome) == (message.id, 1, "")
    assert attempt.open_until - attempt.started_at == OPEN_FOR
    assert attempt.decision["allowed"] is True
    assert attempt.decision["rule"] == "ok"
    assert attempt.decision["evidence"]["last_inbound_at"]
    assert (again(database, message).state, again(database, message).tries) == ("sending", 1)
    assert outgoing.status_callback == f"{CALLBACK_BASE}/twilio/status/{message.id}/{attempt.id}"
    assert (outgoing.to, outgoing.sender, outgoing.body) == (AVA, SENDER, "Hello")
    assert [row.word for row in rows(database, FeedEvent, kind="state")] == ["sending"]
    assert claimed(database) == []


def test_one_send_is_open_for_each_recipient_and_the_oldest_goes_first(database: Database) -> None:
    asked = [asked_message(database, body, customer(place)) for body in ("first", "second") for place in (1, 2)]
    assert [each.message_id for each in claimed(database)] == [asked[0].id, asked[1].id]
    assert claimed(database) == []


@pytest.mark.parametrize(
    ("told", "goes_on"),
    [
        (Accepted("", "queued", ResponseDetails()), True),
        (Refused(ResponseDetails(400, "", "21211")), True),
        (Unconfirmed(ResponseDetails()), False),
        (NotSent(ResponseDetails(429), retry_after=60), False),
    ],
    ids=lambda told: type(told).__name__,
)
def test_the_next_one_goes_when_the_one_before_is_settled(database: Database, told: Answer, goes_on: bool) -> None:
    asked_message(database, "first")
    second = asked_message(database, "second")
    (outgoing,) = claimed(database)
    answer(database, outgoing, Accepted(new_sid(), "queued", told.details) if isinstance(told, Accepted) else told)
    assert [each.message_id for each in claimed(database)] == ([second.id] if goes_on else [])


def test_a_send_that_stays_unconfirmed_stops_holding_up_the_next_after_a_minute(database: Database) -> None:
    asked_message(database, "first")
    second = asked_message(database, "second")
    (outgoing,) = claimed(database)
    answer(database, outgoing, Unconfirmed(ResponseDetails()))
    later(database, timedelta(seconds=1))
    assert [each.message_id for each in claimed(database)] == [second.id]


def test_two_senders_at_once_claim_each_message_once(database: Database) -> None:
    asked = {asked_message(database, "Hello", customer(number)).id for number in range(12)}
    for number in range(12):
        ask(database, "And again", customer=customer(number))
    both = threading.Barrier(2, timeout=10)

    def work(worker: str) -> list[Outgoing]:
        both.wait()
        claimer = Claimer(ACCOUNT, worker, CALLBACK_BASE, Pace(rate=0))
        turns = (database.write(lambda session: claim(session, claimer, SENDER, 5)) for _ in range(6))
        return [each for turn in turns for each in turn]

    with ThreadPoolExecutor(2) as pool:
        one, other = ([each.message_id for each in claims] for claims in pool.map(work, ("one", "other")))
    assert len(one) + len(other) == len({*one, *other})
    assert {*one, *other} == asked
    assert {row.number for row in rows(database, Attempt)} == {1}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_another_sender_holds_is_passed_over_without_waiting(database: Database) -> None:
    asked = [asked_message(database, "Hello", customer(number)).id for number in range(4)]
    claimer = Claimer(ACCOUNT, "other", CALLBACK_BASE, Pace(rate=0))

    def first(session: Session) -> list[int]:
        mine = ids(claim_rows(session, 2))
        others = database.write(lambda inner: ids(claim_rows(inner, 10)))
        assert not {*mine} & {*others}
        return [*mine, *others]

    def claim_rows(session: Session, limit: int) -> list[Message]:
        return outbox.claimable(session, claimer.account_sid, SENDER, now(), limit)

    assert database.write(first) == asked


def test_what_the_gate_refuses_now_is_blocked_with_its_rule(database: Database) -> None:
    message = asked_message(database)
    long_ago = now() - timedelta(days=2)

    def close_window(session: Session) -> None:
        session.execute(
            sa.text("UPDATE conversation SET last_inbound_at = :at WHERE account_sid = :a"),
            {"at": long_ago if database.url.startswith("postgresql") else long_ago.isoformat(" ")[:26], "a": ACCOUNT},
        )

    database.write(close_window)
    assert claimed(database) == []
    now_it_is = again(database, message)
    assert (now_it_is.state, now_it_is.reason, now_it_is.tries) == ("blocked", "window_closed", 0)
    assert rows(database, Attempt) == []


def ids(messages: Iterable[Message]) -> list[int]:
    return [message.id or 0 for message in messages]
