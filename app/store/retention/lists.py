"""Lines of lists that people brought, for runs and of consents: emptied, while what became of each line stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.retention.looked import Looked
from app.store.tables import ConsentImport, ConsentImportLine, RunRecipient, TemplateRun


@dataclass(frozen=True)
class ListKind:
    """A kind of lists: its table, that of its lines, since when a list is done with, and what an empty line holds.

    `ends` are the states in which nobody needs the lines any more. `never_begun` are those in which a list waits for
    a decision; it is dropped when it has waited for so long. In any other state it is in use.
    """

    table: Any
    lines: Any
    list_id: Any
    since: Any
    ends: tuple[str, ...]
    never_begun: tuple[str, ...]
    dropped: Mapping[str, Any]
    empty: Mapping[str, Any]


KINDS = {
    "run_lists": ListKind(
        table=TemplateRun,
        lines=RunRecipient,
        list_id=col(RunRecipient.run_id),
        since=sa.func.coalesce(col(TemplateRun.ended_at), col(TemplateRun.created_at)),
        ends=("stopped", "finished", "dropped"),
        never_begun=("staging", "staged", "planned"),
        dropped={"state": "dropped"},
        empty={"cells": {"cells": []}, "address": "", "person": "", "variables": {}, "retry_at": None},
    ),
    "import_lists": ListKind(
        table=ConsentImport,
        lines=ConsentImportLine,
        list_id=col(ConsentImportLine.import_id),
        since=sa.func.coalesce(
            col(ConsentImport.taken_back_at), col(ConsentImport.applied_at), col(ConsentImport.created_at)
        ),
        ends=("applied", "taken_back", "dropped"),
        never_begun=("staging", "staged", "ready"),
        dropped={"state": "dropped", "done": 0, "settled": False},
        empty={"cells": {"cells": []}, "understood": {}, "key": ""},
    ),
}


@dataclass(frozen=True)
class LookedAtList(Looked):
    """Lines of one list; `whole` with the last of them."""

    list_id: int = 0
    whole: bool = False


def look(
    session: Session, account_sid: str, kind: str, before: datetime, after: tuple[int, int] | None, limit: int
) -> Looked:
    """The lines of the first list that is done with since before then, on from this list and line."""
    of, (number, line) = KINDS[kind], after or (0, 0)
    query = (
        sa.select(of.table.id, of.since.label("since"))
        .where(
            by_primary_key.account_is(of.table, account_sid),
            of.table.id >= number,
            of.table.list_deleted_at.is_(None),
            of.table.state.in_((*of.ends, *of.never_begun)),
            of.since < before,
        )
        .order_by(of.table.id)
    )
    found = session.execute(query.limit(1)).first()
    if found is None:
        return Looked()
    some = sa.select(of.lines.id, of.lines.line).where(
        of.lines.account_sid == account_sid, of.list_id == found.id, of.lines.line > (line if found.id == number else 0)
    )
    lines = session.execute(some.order_by(of.lines.line).limit(limit)).all()
    whole = len(lines) < limit
    end = (found.id + 1, 0) if whole else (found.id, lines[-1].line)
    return LookedAtList([row.id for row in lines], found.since if lines else None, {}, end, found.id, whole)


def delete(session: Session, account_sid: str, kind: str, looked: Looked, at: datetime) -> int:
    """Empty these lines, unless their list was taken up meanwhile. A list that waited is dropped with the first."""
    if not isinstance(looked, LookedAtList):
        return 0
    of = KINDS[kind]
    this = (of.table.account_sid == account_sid, of.table.id == looked.list_id)
    held = session.execute(sa.select(of.table.state).where(*this).with_for_update()).scalar_one()
    if held not in (*of.ends, *of.never_begun):
        return 0
    if held in of.never_begun:
        session.execute(sa.update(of.table).where(*this).values(**of.dropped))
    done: Any = session.execute(
        sa.update(of.lines)
        .where(by_primary_key.account_is(of.lines, account_sid), of.lines.id.in_(looked.old))
        .values(**of.empty)
    )
    if looked.whole:
        session.execute(sa.update(of.table).where(*this).values(list_deleted_at=at))
    return int(done.rowcount)
