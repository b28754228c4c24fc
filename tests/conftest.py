"""What every test may ask for: a database of its own on each engine, settings, and no way beyond loopback."""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from jinja2 import BytecodeCache, FileSystemBytecodeCache

from app.application import create_app
from app.environment import load
from app.gateways.twilio.media import TwilioMedia
from app.settings import Settings
from app.store.database import Database, connect
from app.store.engines.sqlite_connections import PRAGMAS
from harness.database_copies import PostgresqlCopies, SqliteCopies
from harness.databases import PostgresqlServer
from harness.processes import Stand
from harness.simulator import Simulator
from tests.gateways.listener import Listener
from tests.gateways.media_hosts import Hosts
from tests.support.account_guard import AccountGuard
from tests.support.buckets import BucketServer, bucket_server
from tests.support.cast import CALLBACK_BASE, begin
from tests.support.compiled_once import compile_once
from tests.support.network import stay_on_loopback
from tests.support.plan_guard import PlanGuard
from tests.support.postgresql_plans import UntouchedTables
from tests.support.standin import StandIn
from tests.support.together import Together
from tests.support.twilio import Twilio
from tests.support.vocabulary_guard import VocabularyGuard

POSTGRESQL_URL = "SWITCHBOARD_TEST_POSTGRESQL_URL"
ENGINES = ("sqlite", "postgresql")

# What starts slowly, and is shared by all tests that ask for it.
SHARED = frozenset({"sample", "_make_ground", "_demo_folder"})

compile_once()

# Nothing that the tests of this process promise depends on its disk, and waiting for that is most of a write's time.
PRAGMAS["synchronous"] = 0


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Which process runs which test."""
    return Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first that shares something waits for its start; beside much else that takes minutes."""
    for item in items:
        if not SHARED.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.timeout(600))


def pytest_collection_finish() -> None:
    """What was loaded until here stays, so that nobody need look for garbage in it again and again."""
    gc.freeze()


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    stay_on_loopback(monkeypatch)


@pytest.fixture(autouse=True)
def account_guard() -> Iterator[AccountGuard]:
    """Fails the test when a statement of this process forgot to say whose rows it wants."""
    guard = AccountGuard()
    guard.install()
    yield guard
    guard.remove()
    assert guard.complaints == []


@pytest.fixture(autouse=True)
def plan_guard() -> Iterator[PlanGuard]:
    """Fails the test when a statement of this process takes longer with every message that ever came."""
    guard = PlanGuard()
    guard.install()
    yield guard
    guard.remove()
    assert guard.complaints == []


@pytest.fixture(autouse=True)
def vocabulary_guard() -> Iterator[VocabularyGuard]:
    """Fails the test when a statement of this process writes a word of ours that isn't listed."""
    guard = VocabularyGuard()
    guard.install()
    yield guard
    guard.remove()
    assert guard.complaints == []


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    """The superuser's URL of the server in SWITCHBOARD_TEST_POSTGRESQL_URL, else of one of our own."""
    if given := os.environ.get(POSTGRESQL_URL):
        yield given
        return
    # Nothing that these tests promise depends on its disk, and a fresh database for each is much quicker.
    server = PostgresqlServer(fsync=False)
    try:
        server.start()
        yield server.url()
    finally:
        server.remove()


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[PostgresqlServer]:
    """A PostgreSQL that a test may kill and start again."""
    server = PostgresqlServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def _sqlite_copies(tmp_path_factory: pytest.TempPathFactory) -> SqliteCopies:
    return SqliteCopies(tmp_path_factory.mktemp("template"))


@pytest.fixture(scope="session")
def _postgresql_copies(postgresql_url: str) -> Iterator[PostgresqlCopies]:
    copies = PostgresqlCopies(postgresql_url)
    untouched = copies.untouched()
    PlanGuard.untouched = UntouchedTables(untouched)
    yield copies
    PlanGuard.untouched.close()
    copies.drop(untouched)
    copies.close()


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a fresh, migrated database; the test runs once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("_sqlite_copies").copy(tmp_path / "switchboard.db")
        return
    copies: PostgresqlCopies = request.getfixturevalue("_postgresql_copies")
    url = copies.copy()
    yield url
    copies.drop(url)


@pytest.fixture(params=ENGINES)
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any table, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    copies: PostgresqlCopies = request.getfixturevalue("_postgresql_copies")
    url = copies.empty()
    yield url
    copies.drop(url)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A fresh database, open, with the cast's account and a stranger's."""
    database = connect(database_url)
    begin(database)
    yield database
    database.close()


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Templates are compiled once for all applications of the tests, which took a quarter of their time."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def twilio(database_url: str, make_settings: Callable[..., Settings]) -> Iterator[Twilio]:
    """Twilio, posting signed webhooks to the application in this process; the database is the application's."""
    application = create_app(make_settings(DATABASE_URL=database_url, **Twilio.SETTINGS))
    twilio = Twilio(application)
    begin(twilio.database)
    yield twilio
    twilio.database.close()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Settings enough to start, of a made-up account, with DATA_DIR in the test's own folder."""
    return {
        "TWILIO_ACCOUNT_SID": "AC" + "0123456789abcdef" * 2,
        "TWILIO_AUTH_TOKEN": "0123456789abcdef0123456789abcdef",
        "TWILIO_WHATSAPP_FROM": "whatsapp:+14155238886",
        "PUBLIC_BASE_URL": "http://127.0.0.1:8000",
        "SECRET_KEY": "a-key-that-only-the-tests-ever-use-0123456789",
        "DATA_DIR": str(tmp_path / "data"),
    }


@pytest.fixture
def make_settings(environment: dict[str, str]) -> Callable[..., Settings]:
    """`make_settings(DATABASE_URL=…, …)`: the settings of `environment` with some of them changed."""

    def make(**changed: str) -> Settings:
        return load({**environment, **changed}, env_file=os.devnull)

    return make


@pytest.fixture
def make_stand(database_url: str, tmp_path: Path) -> Iterator[Callable[..., Stand]]:
    """`make_stand(SETTING=…)`: web, worker and stand-in, not yet started; ended with the test."""
    stands: list[Stand] = []

    def make(**settings: str) -> Stand:
        stands.append(Stand(tmp_path / f"stand{len(stands) or ''}", database_url, **settings))
        return stands[-1]

    yield make
    for stand in stands:
        stand.kill_all()


@pytest.fixture(scope="session")
def _running_simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    simulator = Simulator(tmp_path_factory.mktemp("stand-in"), CALLBACK_BASE)
    simulator.start()
    yield simulator
    simulator.kill()


@pytest.fixture
def standin(_running_simulator: Simulator, make_settings: Callable[..., Settings]) -> Iterator[StandIn]:
    """Twilio's stand-in, a real process."""
    _running_simulator.reset()
    # What the tests' customers wrote went past the stand-in.
    _running_simulator.control("settings", callbacks="never", window="open")
    standin = StandIn(_running_simulator, make_settings)
    yield standin
    standin.close()


@pytest.fixture(scope="session")
def buckets() -> Iterator[BucketServer]:
    """A server that speaks S3."""
    with bucket_server() as server:
        yield server


@pytest.fixture
def hosts() -> Hosts:
    """Twilio's media hosts, as a test lets them answer."""
    return Hosts()


@pytest.fixture
def listener(hosts: Hosts) -> Iterator[Listener]:
    """The media hosts at an address of this machine."""
    with Listener(hosts.handle) as listener:
        yield listener


@pytest.fixture
def source(listener: Listener, make_settings: Callable[..., Settings]) -> Iterator[TwilioMedia]:
    """The gateway to Twilio's media, at the listener."""
    source = TwilioMedia(make_settings(TWILIO_API_BASE_URL=listener.url))
    yield source
    with contextlib.suppress(AttributeError):
        source._http.session.close()  # type: ignore[union-attr]
