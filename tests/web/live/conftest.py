"""An office whose console is served over real HTTP, and another process that writes to the same database."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from app.store.database import Database, connect
from tests.support.listening import Stream, served
from tests.support.office import Office


@pytest.fixture
def port(office: Office) -> Iterator[int]:
    """Where the office's console is served."""
    with served(office.application) as number:
        yield number


@pytest.fixture
def elsewhere(office: Office, database_url: str) -> Iterator[Database]:
    """The database as another process has it open."""
    database = connect(database_url)
    yield database
    database.close()


@pytest.fixture
def listen(office: Office, port: int) -> Iterator[Callable[..., Stream]]:
    """`listen(login, topics=…, after=…, last_id=…)`: an open stream of a person's; hung up with the test."""
    tokens: dict[str, str] = {}
    streams: list[Stream] = []

    def make(login: str = "kim", **asked: str) -> Stream:
        if login not in tokens:
            tokens[login] = office.browser(login).token
        streams.append(Stream(port, tokens[login], **asked))
        return streams[-1]

    yield make
    for stream in streams:
        stream.close()
