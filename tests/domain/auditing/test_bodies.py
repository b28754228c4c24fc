"""What an auditor opens is written down, once an hour."""

from __future__ import annotations

from datetime import timedelta

from app.domain import clock
from app.domain.actor import Actor
from app.domain.agents import people
from app.domain.auditing import bodies
from app.domain.clock import now
from app.store.database import Database
from app.store.tables import Audit
from tests.support.cast import ACCOUNT, ADA, KIM, rows


def otto(database: Database) -> Actor:
    """The auditor, as a row."""
    number = database.write(lambda session: people.add(session, ADA, "otto", "Otto", "auditor"))
    return Actor("agent", ACCOUNT, "Otto", number, "auditor")


def opened(database: Database) -> list[tuple[str, str]]:
    """What was opened."""
    return [(row.verb, row.subject_id) for row in rows(database, Audit) if row.verb.endswith(".opened")]


def test_once_for_each_conversation_and_hour(database: Database) -> None:
    who = otto(database)
    start = now().replace(minute=10)
    for minutes, number in ((0, 7), (1, 7), (2, 8), (49, 7), (51, 7)):
        with clock.reading(lambda at=start + timedelta(minutes=minutes): at):  # type: ignore[misc]
            bodies.note_opened(database, who, "conversation", number)
    assert opened(database) == [("conversation.opened", number) for number in ("7", "8", "7")]


def test_each_kind_by_itself_and_agents_not_at_all(database: Database) -> None:
    who = otto(database)
    for kind in ("conversation", "journal", "file", "sent_file"):
        bodies.note_opened(database, who, kind, 7)
    bodies.note_opened(database, KIM, "conversation", 7)
    assert [verb for verb, _ in opened(database)] == [
        "conversation.opened",
        "journal.opened",
        "file.opened",
        "file.opened",
    ]
