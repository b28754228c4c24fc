"""PostgreSQL: work that is handed over together shares a transaction, or none of it is kept."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import contacts
from app.store.by_primary_key import is_row
from app.store.database import Database, after_commit, connect
from app.store.engines import shared_commit
from app.store.prepared import Prepared
from app.store.savepoint import savepoint
from app.store.tables import Contact
from tests.store.engines.conftest import add
from tests.support.cast import ACCOUNT, ago, rows

_IT = is_row(Contact, sa.bindparam("account"), sa.bindparam("number"))
_NAME = Prepared(sa.select(col(Contact.profile_name)).where(_IT))
_RENAME = Prepared(sa.update(Contact).where(_IT).values(profile_name=sa.bindparam("name")))
_TRANSACTION = sa.text("SELECT pg_current_xact_id()::text")


def transaction(session: Session) -> str:
    return str(session.execute(_TRANSACTION).scalar_one())


def test_they_share_a_transaction(postgresql: Database) -> None:
    told: list[str] = []

    def heard(name: str) -> Callable[[Session], str]:
        def work(session: Session) -> str:
            add(name)(session)
            after_commit(session, lambda: told.append(name))
            return transaction(session)

        return work

    found = postgresql.write_together([heard("one"), heard("two"), heard("three")])
    assert len({str(value) for value in found}) == 1
    assert told == ["one", "two", "three"]
    assert sorted(row.name for row in rows(postgresql, Contact)) == ["one", "three", "two"]


def test_other_work_has_a_transaction_of_its_own(postgresql: Database) -> None:
    inner, outer = postgresql.write_together([lambda _session: postgresql.write(transaction), transaction])
    assert str(inner) != str(outer)


def break_a_rule(session: Session) -> None:
    add("lost")(session)
    session.execute(sa.insert(Contact).values(account_sid=ACCOUNT, name=None, created_at=ago()))


def raise_one(session: Session) -> None:
    add("lost too")(session)
    raise ValueError("of the work")


def undo_a_part(session: Session) -> None:
    add("kept")(session)
    with contextlib.suppress(ValueError), savepoint(session):
        raise_one(session)


def swallow(session: Session) -> None:
    with contextlib.suppress(sa.exc.IntegrityError):
        break_a_rule(session)


@pytest.mark.parametrize("work", [break_a_rule, raise_one, undo_a_part, swallow])
def test_after_an_error_nothing_is_kept_and_the_next_turn_is_as_before(
    postgresql: Database, work: Callable[[Session], None]
) -> None:
    found = postgresql.write_together([add("before"), work, *[add("after")] * 20])
    errors = [isinstance(one, BaseException) for one in found]
    assert errors[:2] == [True, True]
    assert rows(postgresql, Contact, name="before") == []
    assert len(rows(postgresql, Contact)) == errors.count(False) > 0


def test_what_one_piece_foresaw_is_not_what_the_next_one_finds(postgresql: Database) -> None:
    number = postgresql.write(add("somebody"))

    def foresee_for_nothing(session: Session) -> None:
        _NAME.foresee(session, {"account": ACCOUNT, "number": number})
        transaction(session)

    def rename(session: Session) -> None:
        _RENAME.run(session, {"account": ACCOUNT, "number": number, "name": "new"})

    def look(session: Session) -> object:
        _NAME.foresee(session, {"account": ACCOUNT, "number": number})
        transaction(session)
        return _NAME.scalar(session, {"account": ACCOUNT, "number": number})

    assert postgresql.write_together([foresee_for_nothing, rename, look])[-1] == "new"


def test_two_that_want_the_same_rows_in_another_order_both_have_them(postgresql: Database) -> None:
    first, second = (postgresql.write(add(name)) for name in ("first", "second"))
    other, both, runs = connect(postgresql.url), threading.Barrier(2, timeout=10), [0, 0]

    def rename(mine: int, one: int, two: int) -> Callable[[Session], None]:
        def work(session: Session) -> None:
            runs[mine] += 1
            contacts.rename_profile(session, ACCOUNT, one, f"by {mine}")
            transaction(session)
            if runs[mine] == 1:
                both.wait()
            contacts.rename_profile(session, ACCOUNT, two, f"by {mine}")

        return work

    def write(database: Database, work: Callable[[Session], None]) -> None:
        if isinstance(database.write_together([work])[0], BaseException):
            database.write(work)

    with ThreadPoolExecutor(2) as pool:
        done = [
            pool.submit(write, database, rename(*each))
            for database, each in ((postgresql, (0, first, second)), (other, (1, second, first)))
        ]
        assert [each.exception(timeout=20) for each in done] == [None, None]
    other.close()
    assert max(runs) > 1
    assert len({row.profile_name for row in rows(postgresql, Contact)}) == 1


def test_a_turn_that_lasts_ends_and_the_rest_has_the_next(
    postgresql: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shared_commit, "_TURN_SECONDS", 0.0)
    assert len({str(value) for value in postgresql.write_together([transaction] * 3)}) == 3


def test_threads_and_processes_that_write_at_once_lose_nothing(postgresql: Database) -> None:
    command = [sys.executable, "-m", "tests.store.engines.writer", postgresql.url, "append", "6", "40"]
    with subprocess.Popen(command) as one, subprocess.Popen(command) as two, ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: postgresql.write(add(f"mine {number}")), range(240)))
    assert (one.returncode, two.returncode) == (0, 0)
    assert len(rows(postgresql, Contact)) == 960


def test_a_kill_in_the_middle_of_commits_loses_nothing_that_was_acknowledged(postgresql: Database) -> None:
    command = [sys.executable, "-m", "tests.store.engines.writer", postgresql.url, "append", "8", "100000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        acknowledged = {writer.stdout.readline().strip() for _ in range(200)}
        writer.kill()
        acknowledged |= {line.strip() for line in writer.stdout.read().splitlines()}
    # A line may be cut by the kill itself.
    assert {name for name in acknowledged if name.endswith(".")} <= {row.name for row in rows(postgresql, Contact)}
