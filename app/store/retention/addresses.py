"""Messages' addresses, and what Twilio said of them in words: what an old row still tells of a person by itself.

The row stays with its number, SIDs, times, states and the gate's decisions: evidence sheets, reports, runs and the
order of conversations rest on these, and a repeat is known by them.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.retention import marks, old_messages
from app.store.retention.looked import Looked
from app.store.retention.old_messages import UNFINISHED
from app.store.tables import Attempt, Message, StatusEvent

KIND = "addresses"


def look(session: Session, account_sid: str, before: datetime, after: int | None, limit: int) -> Looked:
    """The messages recorded before then, above `after`; at first from the mark."""
    start = marks.mark(session, account_sid, KIND) if after is None else after
    rows = old_messages.recorded_before(session, account_sid, before, start, limit)
    evidence = marks.evidence(session, account_sid, [row.id for row in rows])
    old = [row for row in rows if row.id not in evidence and row.state not in UNFINISHED]
    kept = {"consent_evidence": len(evidence), "unfinished": sum(row.state in UNFINISHED for row in rows)}
    return Looked(
        [row.id for row in old],
        min((row.recorded_at for row in old), default=None),
        {reason: count for reason, count in kept.items() if count},
        rows[-1].id if rows else None,
    )


def delete(session: Session, account_sid: str, looked: Looked) -> int:
    """Delete the addresses of these messages, and set the mark."""
    if looked.end is not None:
        marks.set_mark(session, account_sid, KIND, looked.end)
    return empty(session, account_sid, looked.old)


def empty_below_the_mark(session: Session, account_sid: str, numbers: Collection[int]) -> None:
    """Those of these messages that were passed over because their sending wasn't over yet."""
    mark = marks.mark(session, account_sid, KIND)
    empty(session, account_sid, [number for number in numbers if number <= mark])


def empty(session: Session, account_sid: str, numbers: Collection[int]) -> int:
    """Delete the addresses of these messages and of the attempts to send them."""
    outbound = col(Message.direction) == "outbound"
    values: dict[str, Any] = {
        "from_address": sa.case((outbound, col(Message.from_address)), else_=""),
        "to_address": sa.case((outbound, ""), else_=col(Message.to_address)),
        "error_message": "",
    }
    done: Any = session.execute(
        sa.update(Message)
        .where(
            by_primary_key.account_is(Message, account_sid),
            col(Message.id).in_(numbers),
            col(Message.state).not_in(UNFINISHED),
        )
        .values(values)
    )
    for table, gone in ((Attempt, {"to_address": "", "error_message": ""}), (StatusEvent, {"error_message": ""})):
        there: Any = table
        session.execute(
            sa.update(table)
            .where(col(there.account_sid) == account_sid, col(there.message_id).in_(numbers))
            .values(**gone)
        )
    return int(done.rowcount)
