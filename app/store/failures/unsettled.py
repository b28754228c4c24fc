"""What nobody could settle yet: sends that are not confirmed, statuses without a message, forms in quarantine."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store.journal.rows import NOT_APPLIED
from app.store.messages.resends import called_off, is_resend
from app.store.messages.rows import IS_UNCONFIRMED
from app.store.messages.statuses import orphaned
from app.store.tables import Journal, Message, StatusEvent

_resent_as = sa.orm.aliased(Message)


@dataclass(frozen=True)
class Counts:
    """The number of each unsettled thing. An unconfirmed send that was sent again is decided and not counted."""

    unconfirmed: int
    quarantined: int
    orphans: int


def counts(session: Session, account_sid: str, at: datetime) -> Counts:
    """Count what is not settled. One query."""
    query = sa.select(
        _count(Message, account_sid, *unconfirmed(account_sid)),
        _count(Journal, account_sid, NOT_APPLIED, col(Journal.state) == "quarantined"),
        _count(StatusEvent, account_sid, *orphaned(at)),
    )
    return Counts(*map(int, session.execute(query).one()))


def unconfirmed(account_sid: str) -> tuple[Any, ...]:
    """The condition of what is not confirmed and waits for somebody's decision, for a query of messages."""
    # A scalar subquery is answered row by row, by the index; see outbox.py.
    mine = (is_resend(account_sid, _resent_as), sa.not_(called_off(_resent_as)))
    newer = sa.select(sa.func.max(col(_resent_as.id))).where(*mine).correlate(Message)
    # Numbers begin at 1; without a word of them SQLite counts by another index, and reads all the account's messages.
    return IS_UNCONFIRMED, col(Message.id) > 0, newer.scalar_subquery().is_(None)


def _count(table: Any, account_sid: str, *conditions: Any) -> Any:
    query = sa.select(sa.func.count()).select_from(table).where(table.account_sid == account_sid, *conditions)
    return query.scalar_subquery()
