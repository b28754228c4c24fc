"""The preflight's checks, and the messages that wait for them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.inserts import insert_unless_there
from app.store.tables import MediaCheck, Message

# In the words of the index.
_WAITS_WITH_A_FILE = sa.and_(
    col(Message.num_media) > sa.literal_column("0"),
    sa.or_(
        col(Message.state) == sa.literal_column("'ready'"),
        sa.and_(
            col(Message.state) == sa.literal_column("'held'"), col(Message.reason) == sa.literal_column("'preflight'")
        ),
    ),
)


def waiting(session: Session, account_sid: str, after: int, limit: int) -> list[Message]:
    """Messages with files that are ready, or held by the preflight, above the number `after`."""
    query = select(Message).where(Message.account_sid == account_sid, _WAITS_WITH_A_FILE, col(Message.id) > after)
    return list(session.exec(query.order_by(col(Message.id)).limit(limit)))


def of_subjects(session: Session, account_sid: str, subjects: Collection[str], base_url: str) -> dict[str, MediaCheck]:
    """The checks of hosted files under this base URL, and of others' URLs, by subject."""
    if not subjects:
        return {}
    query = select(MediaCheck).where(
        MediaCheck.account_sid == account_sid,
        col(MediaCheck.subject).in_(subjects),
        col(MediaCheck.base_url).in_(("", base_url)),
    )
    return {check.subject: check for check in session.exec(query)}


def save(session: Session, account_sid: str, subject: str, base_url: str, **columns: Any) -> None:
    """Write down what a check found, in place of what the one before did."""
    key = {"account_sid": account_sid, "subject": subject, "base_url": base_url}
    if insert_unless_there(session, MediaCheck, {**key, **columns}, tuple(key)) is None:
        mine = [getattr(MediaCheck, name) == value for name, value in key.items()]
        session.execute(sa.update(MediaCheck).where(*mine).values(**columns))


def after_number(session: Session, account_sid: str, after: int, limit: int) -> list[MediaCheck]:
    """Checks above the number `after`."""
    query = select(MediaCheck).where(by_primary_key.account_is(MediaCheck, account_sid), col(MediaCheck.id) > after)
    return list(session.exec(query.order_by(col(MediaCheck.id)).limit(limit)))


def remove(session: Session, account_sid: str, numbers: Collection[int]) -> None:
    """Forget these checks."""
    if numbers:
        mine = (by_primary_key.account_is(MediaCheck, account_sid), col(MediaCheck.id).in_(numbers))
        session.execute(sa.delete(MediaCheck).where(*mine))


def ask_again(session: Session, account_sid: str, subjects: Collection[str], at: datetime) -> None:
    """Let what failed be checked now, as if for the first time."""
    failed = (
        col(MediaCheck.account_sid) == account_sid,
        col(MediaCheck.subject).in_(subjects),
        col(MediaCheck.state) == "failed",
    )
    session.execute(sa.update(MediaCheck).where(*failed).values(next_at=at, tries=0))


def put_off(session: Session, account_sid: str, message_ids: Collection[int], until: datetime) -> None:
    """Let the sender look at others first."""
    mine = (by_primary_key.account_is(Message, account_sid), col(Message.id).in_(message_ids))
    session.execute(sa.update(Message).where(*mine).values(next_attempt_at=until))
