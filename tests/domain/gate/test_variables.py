"""What may stand in a template's variables, at every door."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.commands.refusals import refusal
from app.domain.gate import rules as gate
from app.domain.gate.draft import Draft
from app.domain.sending import new_recipient, outbox
from app.domain.sending.outbox import Enqueued
from app.store.database import Database
from app.store.tables import Message
from tests.support.cast import ACCOUNT, AVA, KIM, SENDER, again, claimed, conversation_with, only, opt_in, rows
from tests.support.rewriting import rewrite

TEMPLATE = Draft(content_sid="HX" + "1" * 32)


def with_value(value: str) -> Draft:
    return replace(TEMPLATE, content_variables=(("1", "Ava"), ("2", value)))


def ask(database: Database, draft: Draft) -> Enqueued:
    there = conversation_with(database).id or 0
    return database.write(lambda session: outbox.enqueue(session, KIM, there, draft, ""))


@pytest.mark.parametrize("value", ["", " ", "a\nb", "a\rb", "a\tb", "a\u2028b", "a     b", "     b"])
def test_a_value_that_whatsapp_refuses_is_refused_here(database: Database, value: str) -> None:
    answer = ask(database, with_value(value))
    assert (answer.message_id, answer.decision.rule) == (None, "variable_invalid")
    assert answer.decision.evidence == {"variable": "2"}
    assert "variable 2 is empty" in refusal(answer.decision)
    assert rows(database, Message, direction="outbound") == []


@pytest.mark.parametrize("value", ["b", "a    b", "Überraschung 🚲", "{{1}}", "0"])
def test_any_other_value_may_leave(database: Database, value: str) -> None:
    answer = ask(database, with_value(value))
    assert only(database, Message, id=answer.message_id).content_variables == {"1": "Ava", "2": value}


def test_what_no_database_can_keep_is_replaced(database: Database) -> None:
    answer = ask(database, with_value("a\x00b\ud800"))
    assert only(database, Message, id=answer.message_id).content_variables["2"] == "a\ufffdb\ufffd"


def test_the_command_line_is_refused_too_and_nothing_is_kept(database: Database) -> None:
    opt_in(database, sender="whatsapp:+14155238887")
    answer = database.write(lambda session: new_recipient.enqueue(session, KIM, AVA, SENDER, with_value(""), ""))
    assert answer.decision.rule == "variable_invalid"
    assert rows(database, Message) == []


def test_one_that_waits_is_stopped_before_it_leaves(database: Database) -> None:
    message = only(database, Message, id=ask(database, with_value("b")).message_id)
    rewrite(database, message, content_variables={"1": ""})
    assert claimed(database) == []
    stopped = again(database, message)
    assert (stopped.account_sid, stopped.state, stopped.reason) == (ACCOUNT, "blocked", "variable_invalid")


def test_the_objection_needs_no_conversation() -> None:
    assert gate.content_violation(with_value("b")) is None
    refused = gate.content_violation(with_value("a\nb"))
    assert refused is not None
    assert refused.rule == "variable_invalid"
