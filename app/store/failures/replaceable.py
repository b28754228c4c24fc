"""Templates: which were sent lately, and which failed messages one may be sent in place of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.failures import conditions
from app.store.failures.by_code import DAY, DAYS
from app.store.tables import Address, Message
from app.vocabulary import NEVER_LEFT

# No index leads to templates, so only this many of the newest messages are looked through.
LOOKED_THROUGH = 10_000
_LOST = ("failed", "undelivered")

_later = sa.orm.aliased(Message)


def lately(session: Session, account_sid: str, limit: int = 10) -> list[Message]:
    """The templates that were sent lately, newest first: of each the newest message that was not refused."""
    newest = (
        sa.select(col(Message.id), col(Message.content_sid), col(Message.state), col(Message.direction))
        .where(by_primary_key.account_is(Message, account_sid))
        .order_by(col(Message.id).desc())
        .limit(LOOKED_THROUGH)
        .subquery()
    )
    last = (
        sa.select(sa.func.max(newest.c.id))
        .where(newest.c.content_sid != "", newest.c.direction == "outbound", newest.c.state.not_in(NEVER_LEFT))
        .group_by(newest.c.content_sid)
    )
    query = select(Message).where(by_primary_key.account_is(Message, account_sid), col(Message.id).in_(last))
    return list(session.exec(query.order_by(col(Message.id).desc()).limit(limit)))


def last_to(session: Session, account_sid: str, conversation_id: int) -> datetime | None:
    """When the last template was sent in a conversation, that was not refused."""
    query = sa.select(col(Message.occurred_at)).where(
        col(Message.account_sid) == account_sid,
        col(Message.conversation_id) == conversation_id,
        col(Message.content_sid) != "",
        col(Message.state).not_in(NEVER_LEFT),
    )
    newest = query.order_by(col(Message.occurred_at).desc(), col(Message.id).desc()).limit(1)
    found: datetime | None = session.execute(newest).scalar()
    return found


def replaceable(session: Session, account_sid: str, code: str, at: datetime, limit: int) -> list[int]:
    """Of each conversation the newest message that failed with this code within a week, oldest first.

    Left out is what was sent again, whoever opted out, and whoever was sent a template since.
    """
    number = sa.func.max(col(Message.id))
    query = _replaceable(account_sid, (code,), at, number).group_by(col(Message.conversation_id))
    return list(session.execute(query.order_by(number).limit(limit)).scalars())


def replaceable_by_code(session: Session, account_sid: str, codes: Collection[str], at: datetime) -> dict[str, int]:
    """For each of these codes how many `replaceable` finds without a limit. One query."""
    code = conditions.code().label("code")
    people = sa.func.count(sa.distinct(col(Message.conversation_id)))
    query = _replaceable(account_sid, codes, at, code, people).group_by(code)
    return {found: int(count) for found, count in session.execute(query)}


def _replaceable(account_sid: str, codes: Collection[str], at: datetime, *columns: Any) -> Any:
    sent = col(Message.occurred_at)
    return (
        sa.select(*columns)
        .select_from(Message)
        .join(Address, sa.and_(col(Address.account_sid) == account_sid, col(Address.address) == Message.to_address))
        .outerjoin(conditions.resent_as, conditions.joins_resend(account_sid))
        .where(*conditions.of_ours(account_sid), conditions.code().in_(codes), sent > at - DAY * DAYS, sent <= at)
        .where(conditions.may_go_again(), ~_had_a_template_since(account_sid))
    )


def _had_a_template_since(account_sid: str) -> Any:
    return sa.exists().where(
        col(_later.account_sid) == account_sid,
        col(_later.conversation_id) == col(Message.conversation_id),
        col(_later.occurred_at) > col(Message.occurred_at),
        col(_later.direction) == "outbound",
        col(_later.content_sid) != "",
        col(_later.state).not_in(NEVER_LEFT),
        col(_later.status).not_in(_LOST),
    )
