"""What a person may decide about a message that isn't confirmed, or that failed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from app.domain.access import NotAllowed
from app.domain.clock import now
from app.domain.sending import resend, settle_by_list
from app.domain.sending.outbox import Enqueued
from app.store.database import Database
from app.store.tables import Attempt, Audit, Conversation, Message
from tests.support.cast import ACCOUNT, KIM, OTTO, STRANGER, again, asked_message, claimed, hear, only, rows, tell
from tests.support.outcomes import accepted, refused, unconfirmed, undelivered
from tests.support.rewriting import rewrite
from tests.support.standin import StandIn

VERBS: list[Callable[..., Any]] = [
    resend.check_again,
    resend.send_again,
    resend.it_arrived,
    resend.not_sure,
]


def decide(database: Database, verb: Callable[..., Any], message: Message, by: Any = KIM) -> Any:
    return database.write(lambda session: verb(session, by, message.id))


def send_again(database: Database, message: Message) -> Enqueued:
    asked: Enqueued = decide(database, resend.send_again, message)
    return asked


def test_check_again_looks_at_the_list_at_the_next_tick(database: Database, standin: StandIn) -> None:
    message = unconfirmed(database)
    sid = standin.another_program_sends(message.body)
    attempt = only(database, Attempt)
    rewrite(database, attempt, check_at=None)
    assert settle_by_list.settle_due(database, standin.records, ACCOUNT) == 0
    assert decide(database, resend.check_again, message) is True
    assert settle_by_list.settle_due(database, standin.records, ACCOUNT) == 1
    assert again(database, message).sid == sid
    assert decide(database, resend.check_again, message) is False


def test_sent_again_is_a_new_message_linked_to_the_old_one(database: Database) -> None:
    message = unconfirmed(database, "Your bike is ready.")
    new = only(database, Message, id=send_again(database, message).message_id)
    assert (new.resend_of, new.state, new.body, new.tries) == (message.id, "ready", message.body, 0)
    assert again(database, message).state == "unconfirmed"
    assert only(database, Audit, subject_id=str(new.id), verb="message.send").actor_name == "Kim"


def test_sent_again_twice_at_once_is_one_message(database: Database) -> None:
    message = unconfirmed(database)
    both = threading.Barrier(2, timeout=10)

    def press(_: int) -> Enqueued:
        both.wait()
        return send_again(database, message)

    with ThreadPoolExecutor(2) as hands:
        one, other = hands.map(press, range(2))
    assert one.message_id == other.message_id
    assert {one.repeated, other.repeated} == {True, False}
    assert len(rows(database, Message, resend_of=message.id)) == 1


def test_sent_again_passes_the_gate_like_any_other(database: Database) -> None:
    message = unconfirmed(database)
    hear(database, "STOP")
    answer = send_again(database, message)
    assert (answer.message_id, answer.decision.rule) == (None, "suppressed")
    assert rows(database, Message, resend_of=message.id) == []


def test_free_text_that_failed_for_a_closed_window_is_not_sent_again_while_it_is_closed(database: Database) -> None:
    message = undelivered(database, "63016")
    rewrite(database, only(database, Conversation), last_inbound_at=now() - timedelta(hours=24))
    answer = send_again(database, message)
    assert (answer.message_id, answer.decision.rule) == (None, "window_closed")


@pytest.mark.parametrize("failed", [lambda d: refused(d, "63013"), lambda d: undelivered(d, "63024")])
def test_what_failed_may_be_sent_again(database: Database, failed: Callable[[Database], Message]) -> None:
    assert send_again(database, failed(database)).message_id is not None


def test_what_was_blocked_may_be_sent_again_once_nothing_blocks_it(database: Database) -> None:
    message = asked_message(database)
    hear(database, "STOP")
    claimed(database)
    assert again(database, message).state == "blocked"
    assert send_again(database, message).decision.rule == "suppressed"
    hear(database, "START")
    assert send_again(database, message).message_id is not None


def test_it_arrived_settles_it_without_a_sid(database: Database) -> None:
    message = unconfirmed(database)
    assert decide(database, resend.it_arrived, message) is True
    settled = again(database, message)
    assert (settled.state, settled.reason, settled.sid) == ("accepted", "said_arrived", "")
    assert only(database, Attempt).settled_by == "person"
    assert only(database, Audit, verb="message.it_arrived").actor_name == "Kim"
    assert decide(database, resend.it_arrived, message) is False
    assert send_again(database, message).decision.rule == "not_to_be_sent_again"


def test_it_arrived_can_be_taken_back(database: Database) -> None:
    message = unconfirmed(database)
    before = again(database, message)
    assert decide(database, resend.not_sure, message) is False
    decide(database, resend.it_arrived, message)
    assert decide(database, resend.not_sure, message) is True
    assert again(database, message) == before
    assert (only(database, Attempt).outcome, only(database, Attempt).settled_by) == ("unconfirmed", "")
    assert only(database, Audit, verb="message.not_sure").actor_name == "Kim"
    assert send_again(database, message).message_id is not None


def test_what_evidence_settled_is_not_taken_back(database: Database, standin: StandIn) -> None:
    message = unconfirmed(database)
    decide(database, resend.it_arrived, message)
    standin.another_program_sends(message.body)
    rewrite(database, only(database, Attempt), check_at=now())
    settle_by_list.settle_due(database, standin.records, ACCOUNT)
    assert decide(database, resend.not_sure, message) is False
    assert again(database, message).state == "accepted"


def test_evidence_that_comes_later_adds_its_sid_to_what_a_person_settled(database: Database, standin: StandIn) -> None:
    message = unconfirmed(database)
    decide(database, resend.it_arrived, message)
    sid = standin.another_program_sends(message.body)
    rewrite(database, only(database, Attempt), check_at=now())
    assert settle_by_list.settle_due(database, standin.records, ACCOUNT) == 1
    assert (again(database, message).sid, again(database, message).state) == (sid, "accepted")


def delivered(database: Database) -> Message:
    message = accepted(database)
    tell(database, message.sid, "delivered")
    return message


def inbound(database: Database) -> Message:
    return hear(database, "Hello")


@pytest.mark.parametrize("made", [asked_message, accepted, delivered, inbound])
def test_nothing_is_decided_about_what_is_under_way_or_arrived(
    database: Database, made: Callable[[Database], Message]
) -> None:
    message = made(database)
    before = again(database, message)
    assert decide(database, resend.check_again, message) is False
    assert decide(database, resend.it_arrived, message) is False
    assert send_again(database, message).decision.rule == "not_to_be_sent_again"
    assert again(database, message) == before


@pytest.mark.parametrize("verb", VERBS)
def test_who_only_reads_decides_nothing(database: Database, verb: Callable[..., Any]) -> None:
    message = unconfirmed(database)
    with pytest.raises(NotAllowed):
        decide(database, verb, message, OTTO)
    assert again(database, message).state == "unconfirmed"


@pytest.mark.parametrize("verb", VERBS)
def test_a_stranger_decides_nothing(database: Database, verb: Callable[..., Any]) -> None:
    message = unconfirmed(database)
    answer = decide(database, verb, message, STRANGER)
    assert answer is False or answer.decision.rule == "not_to_be_sent_again"
    assert again(database, message).state == "unconfirmed"
    assert rows(database, Message, resend_of=message.id) == []
