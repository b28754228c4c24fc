"""What the lines of an import say, and which of them can't be recorded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.domain.clock import now
from app.domain.consent.import_lines import ColumnMapping, Fault, key_of, state_of, understand
from app.domain.contacts import mobile_spellings
from app.store.consent import imports as rows
from app.store.consent.imports import Line
from app.store.database import Session
from app.store.tables import ConsentImport


def looked_at(session: Session, found: ConsentImport, limit: int) -> list[dict[str, Any]]:
    """The next lines, each with what it says or why it can't be recorded; read only."""
    mapping, at = ColumnMapping.of(found.mapping), now()
    lines = rows.lines(session, found.account_sid, found.id or 0, found.done, limit)
    looked = [_looked_at(line, mapping, at) for line in lines]
    _compare(session, found, [row for row in looked if not row["fault"]])
    return looked


def keep(session: Session, some: Sequence[dict[str, Any]], found: ConsentImport) -> dict[str, Any]:
    """Write down what these lines say; how far the import is then."""
    rows.change_lines(session, found.account_sid, some)
    bad = sum(bool(row["fault"]) for row in some)
    return {"done": some[-1]["line"], "good": found.good + len(some) - bad, "bad": found.bad + bad}


def _looked_at(line: Line, mapping: ColumnMapping, at: datetime) -> dict[str, Any]:
    row: dict[str, Any] = {"number": line.id, "line": line.line, "understood": {}, "fault": "", "key": ""}
    try:
        understood = understand(line.cells["cells"], mapping, at)
    except Fault as fault:
        return {**row, "fault": fault.code}
    return {**row, "understood": understood, "key": key_of(understood)}


def _compare(session: Session, found: ConsentImport, good: Sequence[dict[str, Any]]) -> None:
    """Find what the file says twice, what is recorded already, and whom only their own START may opt in."""
    account_sid, number = found.account_sid, found.id or 0
    spelled = {one for row in good for one in mobile_spellings.spellings(row["understood"]["address"])}
    seen = rows.known_keys(session, account_sid, number, [row["key"] for row in good], found.done)
    recorded = rows.recorded(session, account_sid, spelled)
    blocked = rows.blocked(session, account_sid, spelled)
    for row in good:
        said = row["understood"]
        at, state = datetime.fromisoformat(said["at"]), state_of(said)
        held = [(said["address"], purpose) for purpose in (*said["purposes"], "all")]
        if row["key"] in seen:
            row["fault"] = "duplicate"
        elif all((said["identity"], purpose, state, at) in recorded for purpose in said["purposes"]):
            row["fault"] = "already_recorded"
        elif said["action"] == "in" and any(one in blocked for one in held):
            row["fault"] = "blocked_at_twilio"
        seen.add(row["key"])
