"""Connections to a SQLite file, with what makes them keep what they were given."""

from __future__ import annotations

import sqlite3
import time
from typing import cast

import sqlalchemy as sa
from sqlalchemy.pool import PoolProxiedConnection

from app.store import spellings
from app.store.errors import PATIENCE_SECONDS, DatabaseUnavailable

PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": 2,
    "foreign_keys": 1,
    "busy_timeout": int(PATIENCE_SECONDS * 1000),
    # Pages, 64 MB of log: should the thread that checkpoints fail (checkpoints.py), its writers do it.
    "wal_autocheckpoint": 16000,
    # What is deleted is overwritten in the file: an erased person must not be found in its free space.
    "secure_delete": 1,
    # Bytes: a log that grew, because somebody read for long, is made so small again when it begins anew.
    "journal_size_limit": 64 * 2**20,
}
# KiB, negative by SQLite's rule: the writer's indexes stay in memory; 2 MB, the default, is soon outgrown.
WRITERS_CACHE = -65536
_EMPTYING_MS, _EMPTYING_TRIES = 50, 20


def open_engine(url: str, begin: str, pool_size: int, **more: int) -> sa.Engine:
    """An engine whose transactions begin with `begin`; `more` are pragmas beside PRAGMAS."""
    engine = sa.create_engine(
        url,
        pool_size=pool_size,
        max_overflow=40 if pool_size > 1 else 0,
        pool_timeout=PATIENCE_SECONDS,
        hide_parameters=True,
        connect_args={"isolation_level": None, "check_same_thread": False, "timeout": PATIENCE_SECONDS},
    )

    @sa.event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _record: object) -> None:
        for name, value in {**PRAGMAS, **more}.items():
            connection.execute(f"PRAGMA {name}={value}")
        connection.create_function("regexp", 2, spellings.matches, deterministic=True)

    # Python's own transactions begin late and upgrade, which loses updates (of 720 at once, 97 were kept). Not by an
    # event: with one on the engine, every statement looks for listeners, which is a tenth of a webhook's time.
    def do_begin(connection: PoolProxiedConnection) -> None:
        connection.cursor().execute(begin)

    engine.dialect.do_begin = do_begin  # type: ignore[method-assign, assignment]
    return engine


def refuse_pragmas_that_do_not_read_back(connection: sa.Connection) -> None:
    """Raises DatabaseUnavailable: a file system or a build of SQLite may ignore a pragma without a word."""
    for name, value in PRAGMAS.items():
        read = connection.exec_driver_sql(f"PRAGMA {name}").scalar()
        if read != value:
            raise DatabaseUnavailable(f"SQLite's {name} is {read!r} where {value!r} is needed to keep what arrived")


def empty_log(engine: sa.Engine) -> bool:
    """Write the log back into the file and make it empty. False when somebody read or wrote all the time."""
    with engine.connect() as connection:
        driver = cast(sqlite3.Connection, connection.connection.driver_connection)
        # Whoever writes waits meanwhile, so that each try is short.
        driver.execute(f"PRAGMA busy_timeout={_EMPTYING_MS}")
        try:
            for _ in range(_EMPTYING_TRIES):
                if not driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                    return True
                time.sleep(_EMPTYING_MS / 1000)
        finally:
            driver.execute(f"PRAGMA busy_timeout={PRAGMAS['busy_timeout']}")
    return False
