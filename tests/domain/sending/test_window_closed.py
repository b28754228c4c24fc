"""A text that failed with 63016 goes by itself in the named template: once, through the gate, where it fits."""

from __future__ import annotations

import pytest

from app.domain.sending import resend, window_closed
from app.store.database import Database
from app.store.messages import rows as message_rows
from app.store.tables import Message
from tests.support.cast import ACCOUNT, ADA, AVA, ago, asked_message, claimed, hear, only, opt_in, rows, tell
from tests.support.templates import template

NAME = "we_answered"
BODY = "You asked us. Our answer: {{answer}} Write back any time."


def sent(database: Database, body: str = "It is red.\nOr blue.") -> Message:
    """A text that Twilio took."""
    opt_in(database, AVA, "service")
    message = asked_message(database, body)
    claimed(database)
    sid = f"SM{message.id:032x}"
    taken = {"state": "accepted", "sid": sid, "status": "queued"}
    database.write(lambda session: message_rows.update(session, ACCOUNT, message.id or 0, **taken))
    return only(database, Message, id=message.id)


def fail(database: Database, message: Message, *statuses: str, name: str = NAME) -> list[Message]:
    """Twilio tells that the window was closed; what was sent in place of the text."""
    with window_closed.under(name):
        for status in statuses or ("undelivered",):
            tell(database, message.sid, status, "63016")
    return rows(database, Message, resend_of=message.id)


def test_the_text_goes_in_the_template_once_and_linked(database: Database) -> None:
    chosen, message = template(database, BODY, friendly_name=NAME), sent(database)
    (again,) = fail(database, message, "undelivered", "undelivered", "failed")
    assert (again.content_sid, again.content_variables) == (chosen.sid, {"answer": "It is red. Or blue."})
    assert (again.state, again.to_address, again.author_kind) == ("ready", AVA, "webhook")
    assert again.body == "You asked us. Our answer: It is red. Or blue. Write back any time."
    with_a_person = database.write(lambda session: resend.send_again(session, ADA, message.id or 0))
    assert (with_a_person.message_id, with_a_person.repeated) == (again.id, True)


def test_nothing_goes_by_itself_unless_a_template_is_named(database: Database) -> None:
    template(database, BODY, friendly_name=NAME)
    assert fail(database, sent(database), name="") == []


def test_a_person_who_was_quicker_is_not_followed(database: Database) -> None:
    template(database, BODY, friendly_name=NAME)
    message = sent(database)
    tell(database, message.sid, "undelivered")
    database.write(lambda session: resend.send_again(session, ADA, message.id or 0))
    assert [again.kind for again in fail(database, message)] == ["text"]


@pytest.mark.parametrize(
    ("content", "columns"),
    [
        ("{{1}} and {{2}}, both.", {}),
        ("No room for it.", {}),
        (BODY, {"status": "paused"}),
        (BODY, {"friendly_name": "another"}),
    ],
)
def test_a_template_that_does_not_fit_is_not_used(database: Database, content: str, columns: dict[str, str]) -> None:
    template(database, content, **{"friendly_name": NAME, **columns})
    assert fail(database, sent(database)) == []


def test_it_is_in_their_language(database: Database) -> None:
    made = {one: template(database, BODY, friendly_name=NAME, language=one).sid for one in ("de", "en_US", "pt_BR")}
    (again,) = fail(database, sent(database))
    assert again.content_sid == made["en_US"]


def test_the_gate_stops_it(database: Database) -> None:
    template(database, BODY, friendly_name=NAME)
    message = sent(database)
    hear(database, "STOP", From=AVA)
    assert fail(database, message) == []


@pytest.mark.parametrize("columns", [{"occurred_at": ago(hours=25)}, {"num_media": 1}, {"origin": "help_answer"}])
def test_what_is_old_has_files_or_was_no_ones_words_is_left(database: Database, columns: dict[str, object]) -> None:
    template(database, BODY, friendly_name=NAME)
    message = sent(database)
    database.write(lambda session: message_rows.update(session, ACCOUNT, message.id or 0, **columns))
    assert fail(database, message) == []
