"""A process that writes to a database from several threads at once: `python -m tests.store.engines.writer`."""

from __future__ import annotations

import itertools
import sys
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa
from sqlmodel import col, select

from app.store.database import Session, connect
from app.store.tables import Contact, Heartbeat
from tests.support.cast import ACCOUNT, ago

COUNTER = "counter"
_numbers = itertools.count()


def count(session: Session) -> int:
    """What the counter says."""
    return int(session.exec(select(Heartbeat.kind).where(Heartbeat.process == COUNTER)).one())


def increment(session: Session) -> None:
    """Read the counter, and write one more."""
    more = str(count(session) + 1)
    session.execute(sa.update(Heartbeat).where(col(Heartbeat.process) == COUNTER).values(kind=more))


def append(session: Session) -> str:
    """Add a contact; returns its name."""
    name = f"{next(_numbers)}."
    session.add(Contact(account_sid=ACCOUNT, name=name, created_at=ago()))
    return name


def main(url: str, deed: str, threads: int, times: int) -> None:
    """Do the deed in each thread so many times, and print what each one returned once it is durable."""
    database = connect(url)
    work = {"increment": increment, "append": append}[deed]

    def write(turn: int) -> None:
        # Now by itself, now as one of three.
        for told in database.write_together([work] * 3) if turn % 4 == 0 else [database.write(work)]:
            if isinstance(told, BaseException):
                told = database.write(work)
            if told:
                sys.stdout.write(f"{told}\n")
                sys.stdout.flush()

    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(write, range(threads * times)))
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
