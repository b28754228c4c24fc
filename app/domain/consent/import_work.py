"""The next of an import's work: read and understood beside whoever writes, then kept in short turns."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from app.domain.clock import now
from app.domain.consent import import_apply, import_check, ledger
from app.domain.consent.import_turns import Turns
from app.store import contacts
from app.store.consent import imports as rows
from app.store.database import Session
from app.store.tables import ConsentImport

READ_AT_ONCE = 500


def step(turns: Turns, account_sid: str, number: int) -> bool:
    """Do the next of it. False when there is none left. Raises Overtaken where another worker was faster."""
    found = turns.read(lambda session: rows.get(session, account_sid, number))
    if found is None:
        return False
    if found.state == "checking":
        return _check(turns, found)
    if found.state == "applying":
        return _apply(turns, found)
    if found.settled or found.state not in rows.SETTLING:
        return False
    return _forget(turns, found) if found.state == "dropped" else _settle(turns, found)


def _check(turns: Turns, found: ConsentImport) -> bool:
    looked = turns.read(partial(import_check.looked_at, found=found, limit=READ_AT_ONCE))
    if not looked:
        return _end(turns, found, state="ready", done=0)
    turns.write(found, looked, partial(import_check.keep, found=found))
    return True


def _apply(turns: Turns, found: ConsentImport) -> bool:
    plan = turns.read(partial(import_apply.plan, found=found, limit=READ_AT_ONCE))
    if not plan.lines:
        _end(turns, found, state="applied", applied_at=now(), done=0, settled=False)
        return True
    turns.write(found, plan.lines, partial(import_apply.keep, found=found, places=plan.places))
    return True


def _settle(turns: Turns, found: ConsentImport) -> bool:
    """Derive what is in force for the next of those whom the import concerns."""
    number = found.id or 0
    concerned = turns.read(
        lambda session: rows.records_after(session, found.account_sid, number, found.done, READ_AT_ONCE)
    )
    if not concerned:
        return _end(turns, found, settled=True, done=0)
    turns.write(found, concerned, partial(_derive, account_sid=found.account_sid))
    return True


def _derive(session: Session, some: Sequence[tuple[int, int]], account_sid: str) -> dict[str, Any]:
    # Whoever is joined with another meanwhile is derived by the join.
    ledger.derive_many(session, account_sid, contacts.lock(session, account_sid, {who for _, who in some}))
    return {"done": some[-1][0]}


def _forget(turns: Turns, found: ConsentImport) -> bool:
    gone = 0

    def delete(session: Session) -> dict[str, Any]:
        nonlocal gone
        gone = rows.delete_lines(session, found.account_sid, found.id or 0, turns.size)
        return {} if gone else {"settled": True}

    return not turns.once(found, delete, turns.size)


def _end(turns: Turns, found: ConsentImport, **columns: Any) -> bool:
    turns.once(found, lambda _session: columns)
    return False
