"""The feed's rows: appended in the transaction of the change, followed by the consoles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.store.tables import FeedEvent

CHANNEL = "switchboard_feed"
_INSERT = sa.insert(FeedEvent.__table__)  # type: ignore[attr-defined]
# One statement, for it is one journey to the server. Ids only: a notification over 8,000 bytes is refused. Equal ones
# in a transaction are sent once.
_INSERT_AND_NOTIFY = _INSERT.values(
    transaction=sa.cast(sa.cast(sa.func.pg_current_xact_id(), sa.Text), sa.BigInteger)
).returning(sa.func.pg_notify(CHANNEL, sa.bindparam("payload")))


def append(
    session: Session,
    account_sid: str,
    kind: str,
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

    `kind` and `word` are codes: inbound (kind of message), outbound and state (our state), status (Twilio's
    word), consent (opt_out, opt_in), quarantine (reason), media (fetched, failed), conversation (read …).
    """
    values: dict[str, Any] = {
        "account_sid": account_sid,
        "kind": kind,
        "word": word,
        "conversation_id": conversation_id,
        "message_id": message_id,
        "journal_id": journal_id,
        "detail": detail,
        "took_ms": None,
        "occurred_at": occurred_at or at,
        "recorded_at": at,
    }
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(_INSERT_AND_NOTIFY, {**values, "payload": account_sid})
    else:
        connection.execute(_INSERT, {**values, "transaction": 0})
