"""Writing down that Twilio took messages, many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session

from app.store import by_primary_key
from app.store.feed import events as feed
from app.store.prepared import Prepared
from app.store.tables import Attempt, Message

_attempts: Any = Attempt.__table__  # type: ignore[attr-defined]
_messages: Any = Message.__table__  # type: ignore[attr-defined]

_ATTEMPT_ACCEPTED = Prepared(
    sa.update(_attempts)
    .where(by_primary_key.is_row(_attempts.c, sa.bindparam("account"), sa.bindparam("attempt")))
    .values(
        outcome="accepted",
        settled_by="answer",
        sid=sa.bindparam("its_sid"),
        http_status=sa.bindparam("http"),
        twilio_request_id=sa.bindparam("request"),
        ended_at=sa.bindparam("at"),
        check_at=None,
    )
)
_MESSAGE_ACCEPTED = Prepared(
    sa.update(_messages)
    .where(by_primary_key.is_row(_messages.c, sa.bindparam("account"), sa.bindparam("message")))
    .values(
        state="accepted",
        reason="",
        sid=sa.bindparam("its_sid"),
        status=sa.bindparam("word"),
        check_at=sa.bindparam("ask_at"),
    )
)


def accepted(session: Session, account_sid: str, rows: Sequence[Mapping[str, Any]], at: datetime) -> None:
    """Twilio took these: `attempt`, `message`, `conversation`, `its_sid`, `word`, `http`, `request`, `ask_at` each."""
    told = [{**row, "account": account_sid, "at": at} for row in rows]
    for statement, names in (
        (_ATTEMPT_ACCEPTED, ("account", "attempt", "its_sid", "http", "request", "at")),
        (_MESSAGE_ACCEPTED, ("account", "message", "its_sid", "word", "ask_at")),
    ):
        statement.run_many(session, [{name: row[name] for name in names} for row in told])
    feed.append_all(
        session,
        account_sid,
        "state",
        at,
        "accepted",
        [
            feed.About(row["conversation"], row["message"], {"sid": row["its_sid"], "evidence": "answer"})
            for row in rows
        ],
    )
