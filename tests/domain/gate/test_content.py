"""What a message must hold to leave, at every door."""

from __future__ import annotations

from app.commands.refusals import refusal
from app.domain.gate.draft import Draft
from app.domain.sending import new_recipient, outbox
from app.domain.sending.outbox import Enqueued
from app.store.database import Database
from app.store.tables import Message
from app.web.words import refusals
from tests.domain.test_visible_text import NOTHING
from tests.support.cast import AVA, KIM, SENDER, conversation_with, rows

TEMPLATE = "HX" + "1" * 32


def asked(database: Database, draft: Draft) -> list[Enqueued]:
    """The draft, asked for in a conversation, and for somebody who may be new."""
    there = conversation_with(database).id or 0
    return [
        database.write(lambda session: outbox.enqueue(session, KIM, there, draft, "")),
        database.write(lambda session: new_recipient.enqueue(session, KIM, AVA, SENDER, draft, "")),
        database.write(lambda session: new_recipient.enqueue(session, KIM, "+442079460018", SENDER, draft, "")),
    ]


def assert_refused(database: Database, draft: Draft, rule: str) -> None:
    for answer in asked(database, draft):
        assert (answer.message_id, answer.decision.rule) == (None, rule)
        assert "Refused:" not in refusal(answer.decision)
        assert refusals.refusal(rule) != refusals.refusal("no such rule")
    assert rows(database, Message, direction="outbound") == []


def test_a_text_without_anything_to_see_is_no_text(database: Database) -> None:
    for text in NOTHING:
        assert_refused(database, Draft(body=text), "body_empty")


def test_a_variable_without_anything_to_see_is_empty(database: Database) -> None:
    for text in NOTHING:
        draft = Draft(content_sid=TEMPLATE, content_variables=(("1", text),))
        assert_refused(database, draft, "variable_invalid")
