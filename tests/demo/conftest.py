"""The sample, loaded once into each database and only read by the tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from app import environment
from app.settings import Settings
from app.store.database import Database, connect
from demo.load import load
from tests.conftest import ENGINES
from tests.support.cast import ACCOUNT, SENDER, TOKEN

PASSWORD = "oak-lamp-river-42"


@dataclass(frozen=True)
class Sample:
    """A database with the sample in it, loaded at `at`."""

    database: Database
    settings: Settings
    at: datetime


@pytest.fixture(scope="session", params=ENGINES)
def sample(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """The sample on SQLite, then on PostgreSQL."""
    folder = tmp_path_factory.mktemp("sample")
    if request.param == "sqlite":
        url = request.getfixturevalue("_sqlite_copies").copy(folder / "switchboard.db")
    else:
        url = request.getfixturevalue("_postgresql_copies").copy()
    given = {
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "TWILIO_WHATSAPP_FROM": SENDER,
        "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
        "SECRET_KEY": "a-key-that-only-the-tests-ever-use-0123456789",
        "DATABASE_URL": url,
        "DATA_DIR": str(folder),
    }
    settings = environment.load(given, env_file=os.devnull)
    database = connect(url)
    at = datetime.now(UTC)
    assert load(settings, database, PASSWORD)
    yield Sample(database, settings, at)
    database.close()
    if request.param == "postgresql":
        request.getfixturevalue("_postgresql_copies").drop(url)
