"""What the tests of the engines share: a PostgreSQL of their own, and a piece of work."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlmodel import Session

from app.store.database import Database, connect
from app.store.tables import Contact
from harness.database_copies import PostgresqlCopies
from tests.support.cast import ACCOUNT, ago, begin


@pytest.fixture
def postgresql(request: pytest.FixtureRequest) -> Iterator[Database]:
    copies: PostgresqlCopies = request.getfixturevalue("_postgresql_copies")
    url = copies.copy()
    database = connect(url)
    begin(database)
    yield database
    database.close()
    copies.drop(url)


def add(name: str) -> Callable[[Session], int]:
    """Work that adds a contact; its number."""

    def work(session: Session) -> int:
        contact = Contact(account_sid=ACCOUNT, name=name, created_at=ago())
        session.add(contact)
        session.flush()
        return contact.id or 0

    return work
