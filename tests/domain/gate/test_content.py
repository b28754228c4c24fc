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
from tests.support.cast import AVA, KIM, NOOR, SENDER, asked_message, claimed, conversation_with, rows
from tests.support.rewriting import rewrite

TEMPLATE = "HX" + "1" * 32
OTHER_SENDER = "whatsapp:+14155238887"


FILE = "https://example.com/a.png"


def asked(database: Database, draft: Draft) -> list[Enqueued]:
    """The draft, asked for in a conversation, and for somebody who may be new."""
    there = conversation_with(database).id or 0
    # Another sender of ours has no conversation with her; free text would need one.
    senders = (SENDER, OTHER_SENDER) if draft.content_sid else (SENDER,)
    return [
        database.write(lambda session: outbox.enqueue(session, KIM, there, draft, "")),
        *(
            database.write(lambda session, sender=sender: new_recipient.enqueue(session, KIM, AVA, sender, draft, ""))  # type: ignore[misc]
            for sender in senders
        ),
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


def test_a_template_goes_alone(database: Database) -> None:
    for beside in ({"body": "Hello"}, {"body": " "}, {"media_urls": (FILE,)}, {"body": "Hello", "media_urls": (FILE,)}):
        assert_refused(database, Draft(content_sid=TEMPLATE, **beside), "template_not_alone")


def test_a_message_has_one_file_at_most(database: Database) -> None:
    for files in ((FILE, FILE), (FILE,) * 10):
        assert_refused(database, Draft(body="Here", media_urls=files), "too_many_files")
    there = conversation_with(database).id or 0
    one = Draft(body="Here", media_urls=(FILE,))
    assert database.write(lambda session: outbox.enqueue(session, KIM, there, one, "")).decision.allowed


def test_what_waits_with_too_much_is_blocked_when_it_would_leave(database: Database) -> None:
    files, template = asked_message(database, customer=AVA), asked_message(database, customer=NOOR)
    rewrite(database, files, media_urls=[FILE, FILE])
    rewrite(database, template, content_sid=TEMPLATE, body="", media_urls=[FILE])
    assert claimed(database) == []
    blocked = {row.id: (row.state, row.reason) for row in rows(database, Message, direction="outbound")}
    assert blocked == {files.id: ("blocked", "too_many_files"), template.id: ("blocked", "template_not_alone")}


def test_the_words_that_a_template_reads_are_not_sent_beside_it(database: Database) -> None:
    message = asked_message(database, "Your bike is ready.")
    rewrite(database, message, content_sid=TEMPLATE)
    (outgoing,) = claimed(database)
    assert (outgoing.content_sid, outgoing.body) == (TEMPLATE, "")
