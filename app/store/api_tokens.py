"""Named queries on the programs that may call the API, and on what was answered to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.inserts import insert, insert_unless_there
from app.store.tables import ApiAnswer, ApiToken


def add(session: Session, account_sid: str, **columns: Any) -> int:
    """Add a token and return its number."""
    return insert(session, ApiToken, {"account_sid": account_sid, **columns})


def all_of(session: Session, account_sid: str) -> list[ApiToken]:
    """Every token, the newest first."""
    query = select(ApiToken).where(ApiToken.account_sid == account_sid)
    return list(session.exec(query.order_by(col(ApiToken.id).desc())))


def live_by_hash(session: Session, account_sid: str, token_hash: str) -> ApiToken | None:
    """The token with this hash, or None: unknown or revoked."""
    query = select(ApiToken).where(
        ApiToken.account_sid == account_sid, ApiToken.token_hash == token_hash, col(ApiToken.revoked_at).is_(None)
    )
    return session.exec(query).first()


def revoke(session: Session, account_sid: str, token_id: int, at: datetime) -> bool:
    """Revoke a token. False when there is none that holds."""
    done = session.execute(
        sa.update(ApiToken)
        .where(
            col(ApiToken.account_sid) == account_sid, col(ApiToken.id) == token_id, col(ApiToken.revoked_at).is_(None)
        )
        .values(revoked_at=at)
        .returning(col(ApiToken.id))
    )
    return done.first() is not None


def used(session: Session, account_sid: str, token_id: int, at: datetime) -> None:
    """The token was used at this moment."""
    mine = (col(ApiToken.account_sid) == account_sid, col(ApiToken.id) == token_id)
    session.execute(sa.update(ApiToken).where(*mine).values(used_at=at))


def begin_answer(session: Session, account_sid: str, token_id: int, key: str, digest: str, at: datetime) -> bool:
    """Begin to answer a request with this key. False when one was answered before; two at once take turns."""
    values = {
        "account_sid": account_sid,
        "token_id": token_id,
        "idempotency_key": key,
        "digest": digest,
        "created_at": at,
    }
    return insert_unless_there(session, ApiAnswer, values, ("account_sid", "token_id", "idempotency_key")) is not None


def answer_of(session: Session, account_sid: str, token_id: int, key: str) -> ApiAnswer | None:
    """What was answered to the request with this key, or None."""
    query = select(ApiAnswer).where(
        ApiAnswer.account_sid == account_sid, ApiAnswer.token_id == token_id, ApiAnswer.idempotency_key == key
    )
    return session.exec(query.execution_options(populate_existing=True)).first()


def keep_answer(session: Session, account_sid: str, token_id: int, key: str, answer: dict[str, Any]) -> None:
    """Keep what the request with this key is answered."""
    mine = (
        col(ApiAnswer.account_sid) == account_sid,
        col(ApiAnswer.token_id) == token_id,
        col(ApiAnswer.idempotency_key) == key,
    )
    session.execute(sa.update(ApiAnswer).where(*mine).values(answer=answer))
