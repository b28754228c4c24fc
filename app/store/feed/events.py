"""The feed's rows: appended in the transaction of the change, followed by the consoles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.store.database import wake_after_commit
from app.store.messages.statuses import ShownStatus
from app.store.prepared import Prepared, connection_of
from app.store.tables import FeedEvent, Message
from app.vocabulary import FeedKind

_INSERT = sa.insert(FeedEvent.__table__)  # type: ignore[attr-defined]
_OF_NOW = sa.cast(sa.cast(sa.func.pg_current_xact_id(), sa.Text), sa.BigInteger)
_COLUMNS = [column.name for column in FeedEvent.__table__.columns if column.name not in ("id", "transaction")]  # type: ignore[attr-defined]
_APPEND = {
    "sqlite": Prepared(_INSERT.values(transaction=0), _COLUMNS),
    "postgresql": Prepared(_INSERT.values(transaction=_OF_NOW), _COLUMNS),
}


@dataclass(frozen=True)
class About:
    """Which message an event is about, and what more there is to say."""

    conversation_id: int
    message_id: int
    detail: Mapping[str, Any] = field(default_factory=dict)


def append(
    session: Session,
    account_sid: str,
    kind: FeedKind,
    at: datetime,
    *,
    word: str = "",
    conversation_id: int | None = None,
    message_id: int | None = None,
    journal_id: int | None = None,
    occurred_at: datetime | None = None,
    **detail: Any,
) -> None:
    """Add one event, and wake the consoles of other processes when the transaction commits.

    `kind` and `word` are codes (`app/vocabulary.py`).
    """
    values: dict[str, Any] = {
        **_of_a_message(account_sid, kind, at, word),
        "conversation_id": conversation_id,
        "message_id": message_id,
        "journal_id": journal_id,
        "detail": detail,
        "occurred_at": occurred_at or at,
    }
    _APPEND[connection_of(session).dialect.name].run(session, values)
    wake(session)


def wake(session: Session) -> None:
    """Wake the consoles of other processes once the transaction is committed, for a change that is no event."""
    wake_after_commit(session)


def of_message(
    session: Session, message: Message | ShownStatus, kind: FeedKind, at: datetime, word: str, **more: Any
) -> None:
    """Append one event about this message."""
    there = message.conversation_id
    append(session, message.account_sid, kind, at, word=word, conversation_id=there, message_id=message.id, **more)


def append_all(
    session: Session,
    account_sid: str,
    kind: FeedKind,
    at: datetime,
    word: str,
    messages: Sequence[About],
) -> None:
    """Append the same event for several messages at once."""
    same = _of_a_message(account_sid, kind, at, word)
    each = [
        {**same, "conversation_id": one.conversation_id, "message_id": one.message_id, "detail": dict(one.detail)}
        for one in messages
    ]
    _APPEND[connection_of(session).dialect.name].run_many(session, each)
    wake(session)


def _of_a_message(account_sid: str, kind: FeedKind, at: datetime, word: str) -> dict[str, Any]:
    return {
        "account_sid": account_sid,
        "kind": kind,
        "word": word,
        "journal_id": None,
        "took_ms": None,
        "occurred_at": at,
        "recorded_at": at,
    }
