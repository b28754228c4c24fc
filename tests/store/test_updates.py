"""One row is changed, in the database and in what the session holds of it."""

from __future__ import annotations

import pytest

from app.store.database import Database, Session
from app.store.messages import rows as messages
from app.store.tables import Message
from app.store.updates import update_row
from tests.support.cast import ACCOUNT, STRANGER_ACCOUNT, begin, hear, only


@pytest.fixture
def message(database: Database) -> Message:
    begin(database)
    return hear(database, "Hello")


def test_what_the_session_holds_shows_the_change(database: Database, message: Message) -> None:
    def change(number: int) -> tuple[str, bool]:
        def work(session: Session) -> tuple[str, bool]:
            held = messages.by_id(session, ACCOUNT, number)
            assert held is not None
            update_row(session, Message, ACCOUNT, number, {"body": "Bye", "details": {"forwarded": True}})
            return held.body, held in session.dirty

        return database.write(work)

    assert change(message.id or 0) == ("Bye", False)
    assert only(database, Message, id=message.id).details == {"forwarded": True}


def test_another_accounts_row_is_left_alone(database: Database, message: Message) -> None:
    def work(session: Session) -> str:
        held = messages.by_id(session, ACCOUNT, message.id or 0)
        assert held is not None
        update_row(session, Message, STRANGER_ACCOUNT, message.id or 0, {"body": "Bye"})
        return held.body

    assert database.write(work) == "Hello"
    assert only(database, Message, id=message.id).body == "Hello"
