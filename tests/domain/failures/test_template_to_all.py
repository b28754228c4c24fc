"""A template in place of all that failed with one code."""

from __future__ import annotations

import pytest

from app.domain.access import NotAllowed
from app.domain.clock import now
from app.domain.failures import remedies
from app.domain.failures.remedies import BulkResult
from app.domain.gate.draft import Draft
from app.domain.sending import outbox, resend
from app.store.database import Database
from app.store.failures import replaceable
from app.store.tables import Message
from tests.support.cast import ACCOUNT, AVA, KIM, NOOR, OTTO, STRANGER, ago, conversation_with, hear, only, rows
from tests.support.outcomes import undelivered
from tests.support.rewriting import rewrite

TEMPLATE = Draft(content_sid="HX" + "1" * 32, content_variables=(("1", "Ava"),))
CODE = "63016"


def send(database: Database, draft: Draft = TEMPLATE) -> BulkResult:
    return remedies.send_template_to_all(database, KIM, CODE, draft)


def counted(database: Database) -> int:
    """What the failures page offers."""
    found = database.read(lambda session: replaceable.replaceable_by_code(session, ACCOUNT, [CODE, "63027"], now()))
    return found.get(CODE, 0)


def closed(database: Database, customer: str, *bodies: str) -> list[Message]:
    """Messages that failed because the customer's window is closed."""
    hear(database, From=customer)
    failed = [undelivered(database, CODE, body, customer) for body in bodies]
    rewrite(database, conversation_with(database, customer), last_inbound_at=ago(days=2))
    return failed


def test_everybody_gets_it_once_in_place_of_their_newest(database: Database) -> None:
    older, newest = closed(database, AVA, "One", "Two")
    (noors,) = closed(database, NOOR, "Three")
    assert counted(database) == 2
    assert send(database).done == 2
    sent = [row for row in rows(database, Message) if row.content_sid]
    assert {row.resend_of for row in sent} == {newest.id, noors.id}
    assert rows(database, Message, resend_of=older.id) == []
    assert counted(database) == 0
    assert send(database) == BulkResult(0)


def test_a_template_that_failed_in_turn_counts_for_nothing(database: Database) -> None:
    (message,) = closed(database, AVA, "One")
    send(database)
    rewrite(database, only(database, Message, resend_of=message.id), state="failed", error_code="63027")
    assert counted(database) == 0
    closed(database, AVA, "Two")
    assert counted(database) == 1
    assert send(database).done == 1


def test_who_opted_out_and_what_was_sent_again_are_left_out(database: Database) -> None:
    closed(database, NOOR, "To Noor")
    hear(database, "STOP", From=NOOR)
    message = undelivered(database, CODE, "To Ava")
    database.write(lambda session: resend.send_again(session, KIM, message.id or 0))
    assert counted(database) == 0
    assert send(database).done == 0


def test_what_the_gate_refuses_is_counted_by_its_rule(database: Database) -> None:
    closed(database, AVA, "One")
    assert dict(send(database, Draft(body="Free text")).refused) == {"window_closed": 1}


def test_one_press_sends_no_more_than_a_hundred(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remedies, "MOST_AT_ONCE", 1)
    closed(database, AVA, "One")
    closed(database, NOOR, "Two")
    assert send(database).done == 1
    assert send(database).done == 1
    assert send(database).done == 0


def test_who_only_reads_and_a_stranger_send_nothing(database: Database) -> None:
    closed(database, AVA, "One")
    with pytest.raises(NotAllowed):
        remedies.send_template_to_all(database, OTTO, CODE, TEMPLATE)
    assert remedies.send_template_to_all(database, STRANGER, CODE, TEMPLATE).done == 0
    assert not [row for row in rows(database, Message) if row.content_sid]


def test_the_templates_sent_lately_come_newest_first_each_once(database: Database) -> None:
    there = conversation_with(database).id or 0
    for number in (1, 2, 1, 3):
        draft = Draft(content_sid="HX" + str(number) * 32)
        database.write(lambda session, what=draft: outbox.enqueue(session, KIM, there, what, ""))  # type: ignore[misc]
    rewrite(database, rows(database, Message, content_sid="HX" + "3" * 32)[0], state="failed")
    found = database.read(lambda session: replaceable.lately(session, ACCOUNT))
    assert [message.content_sid[:3] for message in found] == ["HX1", "HX2"]
    assert len(database.read(lambda session: replaceable.lately(session, ACCOUNT, 1))) == 1
