"""Messages' texts: found by their numbers, which grow with the time at which they were recorded.

An index of what still has its text would cost every webhook; a mark says how far the looking came instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.columns import UtcDateTime
from app.store.inserts import insert_all_unless_there
from app.store.retention import addresses, marks, old_messages
from app.store.retention.looked import Looked
from app.store.retention.old_messages import UNFINISHED
from app.store.tables import Message, RetentionWait

_KIND = "texts"


def look(session: Session, account_sid: str, before: datetime, after: int | None, limit: int) -> Looked:
    """The texts recorded before then, above `after`; at first from the mark, with those that waited and are over."""
    over = waited(session, account_sid, limit) if after is None else []
    start = marks.mark(session, account_sid, _KIND) if after is None else after
    rows = old_messages.recorded_before(session, account_sid, before, start, limit)
    evidence = marks.evidence(session, account_sid, [*over, *(row.id for row in rows)])
    unfinished = [row.id for row in rows if row.state in UNFINISHED]
    waiting = _waiting(session, account_sid) if after is None else 0
    old = [row for row in rows if row.id not in evidence and row.state not in UNFINISHED]
    kept = {"consent_evidence": len(evidence), "unfinished": len(unfinished) + waiting - len(over)}
    return Looked(
        [*(number for number in over if number not in evidence), *(row.id for row in old)],
        min((row.recorded_at for row in old), default=None),
        {reason: count for reason, count in kept.items() if count},
        rows[-1].id if rows else None,
    )


def delete(session: Session, account_sid: str, looked: Looked, at: datetime) -> int:
    """Delete these texts, and set the mark. What began to be sent meanwhile stays."""
    if looked.end is not None:
        _wait_for_unfinished(session, account_sid, marks.mark(session, account_sid, _KIND), looked.end)
        marks.set_mark(session, account_sid, _KIND, looked.end)
    # A photo without a caption never had a text.
    had_text = sa.or_(col(Message.body) != "", col(Message.num_media) == 0)
    deleted_at = sa.case((had_text, sa.literal(at, UtcDateTime())))
    gone: dict[str, Any] = {"body": "", "details": {}, "content_variables": {}, "text_deleted_at": deleted_at}
    over = col(Message.state).not_in(UNFINISHED)
    update = sa.update(Message).where(*_numbered(Message, Message.id, account_sid, looked.old), over).values(gone)
    done: Any = session.execute(update)
    settled = sa.select(col(Message.id)).where(*_numbered(Message, Message.id, account_sid, looked.old), over)
    numbers = list(session.execute(settled).scalars())
    session.execute(
        sa.delete(RetentionWait).where(
            col(RetentionWait.account_sid) == account_sid, col(RetentionWait.message_id).in_(numbers)
        )
    )
    addresses.empty_below_the_mark(session, account_sid, numbers)
    return int(done.rowcount)


def waited(session: Session, account_sid: str, limit: int) -> list[int]:
    """Messages below the mark whose sending is over by now."""
    query = sa.select(col(RetentionWait.message_id)).where(
        col(RetentionWait.account_sid) == account_sid,
        by_primary_key.is_row(Message, account_sid, RetentionWait.message_id),
        col(Message.state).not_in(UNFINISHED),
    )
    return list(session.execute(query.limit(limit)).scalars())


def _waiting(session: Session, account_sid: str) -> int:
    mine = col(RetentionWait.account_sid) == account_sid
    return int(session.execute(sa.select(sa.func.count()).select_from(RetentionWait).where(mine)).scalar_one())


def _wait_for_unfinished(session: Session, account_sid: str, after: int, end: int) -> None:
    unfinished = sa.select(col(Message.id)).where(
        by_primary_key.account_is(Message, account_sid),
        col(Message.id) > after,
        col(Message.id) <= end,
        col(Message.state).in_(UNFINISHED),
    )
    waiting = [{"account_sid": account_sid, "message_id": number} for number in session.execute(unfinished).scalars()]
    insert_all_unless_there(session, RetentionWait, waiting, ("account_sid", "message_id"))


def _numbered(table: Any, column: Any, account_sid: str, numbers: Sequence[int]) -> tuple[Any, Any]:
    return by_primary_key.account_is(table, account_sid), col(column).in_(numbers)
