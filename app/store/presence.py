"""Named queries on who has which conversation open. The table is as small as the team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.inserts import insert_unless_there
from app.store.tables import Agent, Presence

_KEY = ("account_sid", "agent_id", "conversation_id")


@dataclass(frozen=True)
class Present:
    """One agent in one conversation, and what they do there."""

    conversation_id: int
    agent_id: int
    name: str
    doing: str


def one(session: Session, account_sid: str, agent_id: int, conversation_id: int) -> Presence | None:
    """What is known of this agent in this conversation, over or not."""
    return session.exec(select(Presence).where(*_where(account_sid, agent_id, conversation_id))).first()


def put(session: Session, account_sid: str, agent_id: int, conversation_id: int, doing: str, until: datetime) -> None:
    """The agent does this there until then."""
    here = _where(account_sid, agent_id, conversation_id)
    values = {"doing": doing, "until": until}
    known = session.execute(sa.update(Presence).where(*here).values(**values).returning(col(Presence.id))).first()
    if known is None:
        key = dict(zip(_KEY, (account_sid, agent_id, conversation_id), strict=True))
        insert_unless_there(session, Presence, {**key, **values}, _KEY)


def remove(session: Session, account_sid: str, agent_id: int, conversation_id: int) -> bool:
    """The agent is there no more. False when nothing was known of it."""
    gone = sa.delete(Presence).where(*_where(account_sid, agent_id, conversation_id)).returning(col(Presence.id))
    return session.execute(gone).first() is not None


def forget(session: Session, account_sid: str, at: datetime) -> None:
    """Delete what is over."""
    session.execute(sa.delete(Presence).where(col(Presence.account_sid) == account_sid, col(Presence.until) <= at))


def present(session: Session, account_sid: str, at: datetime) -> Sequence[Present]:
    """Who has which conversation open at this moment, by conversation and name."""
    query = (
        sa.select(col(Presence.conversation_id), col(Presence.agent_id), col(Agent.name), col(Presence.doing))
        .join(Agent, sa.and_(col(Agent.account_sid) == account_sid, col(Agent.id) == col(Presence.agent_id)))
        .where(col(Presence.account_sid) == account_sid, col(Presence.until) > at)
        .order_by(col(Presence.conversation_id), col(Agent.name), col(Presence.agent_id))
    )
    return [Present(*row) for row in session.execute(query)]


def _where(account_sid: str, agent_id: int, conversation_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        col(Presence.account_sid) == account_sid,
        col(Presence.agent_id) == agent_id,
        col(Presence.conversation_id) == conversation_id,
    )
