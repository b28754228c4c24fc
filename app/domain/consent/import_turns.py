"""The turns of an import at writing: each as short as a webhook can well wait for, on any machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from app.store.consent import imports as rows
from app.store.database import Database, Session
from app.store.tables import (
    Address,
    ConsentImport,
    ConsentImportLine,
    ConsentRecord,
    ConsentState,
    Contact,
    ContactWord,
)

T = TypeVar("T")
Work = Callable[[Session], dict[str, Any]]

# What is written in a turn takes about this long; its commit comes on top. On PostgreSQL it holds up only those whom it
# is about.
TURN_SECONDS, TURN_SECONDS_BESIDE = 0.012, 0.06
LEAST, FIRST, MOST = 50, 100, 500
# Once a step of the work has brought so many rows, the tables are counted: they may have been empty before.
COUNTED_AT = 500
GROWING = (Address, ConsentImportLine, ConsentRecord, ConsentState, Contact, ContactWord)


class Overtaken(Exception):
    """Somebody else went on with the import meanwhile, or called it off: what was prepared is of no use."""


class Turns:
    """Writes in turns. `size`, how many rows the next turn takes, is learned from the turns before."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.size = FIRST
        self._step, self._rows = "", 0
        self._seconds = TURN_SECONDS if database.is_sqlite else TURN_SECONDS_BESIDE

    def read(self, work: Callable[[Session], T]) -> T:
        """Read beside whoever writes."""
        return self._database.read(work)

    def write(
        self, found: ConsentImport, these: Sequence[T], keep: Callable[[Session, Sequence[T]], dict[str, Any]]
    ) -> None:
        """Keep these in their order, some in each turn. Raises Overtaken; what earlier turns kept stays."""
        start = 0
        while some := these[start : start + self.size]:
            self.once(found, lambda session, some=some: keep(session, some), len(some))  # type: ignore[misc]
            start += len(some)
            self._count(found.state, len(some))

    def once(self, found: ConsentImport, work: Work, count: int = 0) -> dict[str, Any]:
        """Run work about `count` rows in a turn, and set the columns that it returns. Raises Overtaken.

        The import has to be where it was `found`, which shows its new columns then.
        """
        changed, seconds = self._database.write(partial(_turn, found=found, work=work))
        for name, value in changed.items():
            setattr(found, name, value)
        fitting = int(count * self._seconds / max(seconds, 1e-6))
        if count and (count == self.size or fitting < self.size):
            # Half or double at most: one turn may be slow for reasons that aren't its own.
            self.size = min(max(fitting, self.size // 2, LEAST), self.size * 2, MOST)
        return changed

    def _count(self, step: str, rows: int) -> None:
        """Have the tables counted, once in each step of the work."""
        before = self._rows if step == self._step else 0
        self._step, self._rows = step, before + rows
        if before < COUNTED_AT <= self._rows:
            self._database.count_anew(GROWING)


def _turn(session: Session, found: ConsentImport, work: Work) -> tuple[dict[str, Any], float]:
    began, account_sid, number = time.monotonic(), found.account_sid, found.id or 0
    if rows.place(session, account_sid, number) != (found.state, found.done, found.mapping):
        raise Overtaken
    changed = work(session)
    if changed:
        rows.change(session, account_sid, number, **changed)
    return changed, time.monotonic() - began
