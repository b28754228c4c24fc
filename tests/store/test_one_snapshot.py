"""All that one `read` reads belongs to one moment, on both databases."""

from __future__ import annotations

from app.store.database import Session, connect
from app.store.tables import Message
from tests.support.cast import begin, hear, rows_in


def test_a_read_does_not_see_what_was_committed_amid_it(database_url: str) -> None:
    database = connect(database_url)
    begin(database)
    hear(database, "before")

    def read(session: Session) -> tuple[int, int]:
        first = len(rows_in(session, Message))
        hear(database, "amid")
        return first, len(rows_in(session, Message))

    assert database.read(read) == (1, 1)
    assert database.read(lambda session: len(rows_in(session, Message))) == 2
    database.close()
