"""Named queries on logins that are going on, and on those that failed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from app.store.tables import Account, Agent, AgentSession, LoginFailure


def live_by_token(
    session: Session, account_sid: str, token_hash: str, idle_since: datetime, since: datetime
) -> tuple[AgentSession, Agent] | None:
    """The session with this token and its agent, unless it has ended or the agent is disabled."""
    query = select(AgentSession, Agent).where(
        AgentSession.account_sid == account_sid,
        Agent.account_sid == account_sid,
        AgentSession.token_hash == token_hash,
        Agent.id == AgentSession.agent_id,
        *_live(idle_since, since),
    )
    return session.exec(query).first()


def by_token(session: Session, account_sid: str, token_hash: str) -> AgentSession | None:
    """The session with this token, whether it goes on or not."""
    query = select(AgentSession).where(AgentSession.account_sid == account_sid, AgentSession.token_hash == token_hash)
    return session.exec(query).first()


def holding(
    session: Session, account_sid: str, session_ids: set[int], idle_since: datetime, since: datetime
) -> set[int]:
    """The sessions among these that have not ended and whose agents are not disabled."""
    query = select(AgentSession.id).where(
        AgentSession.account_sid == account_sid,
        Agent.account_sid == account_sid,
        col(AgentSession.id).in_(session_ids),
        Agent.id == AgentSession.agent_id,
        *_live(idle_since, since),
    )
    return {number for number in session.exec(query) if number is not None}


def live_of(
    session: Session, account_sid: str, agent_id: int, idle_since: datetime, since: datetime
) -> list[AgentSession]:
    """An agent's sessions that have not ended, newest first."""
    query = select(AgentSession).where(
        AgentSession.account_sid == account_sid,
        Agent.account_sid == account_sid,
        AgentSession.agent_id == agent_id,
        Agent.id == AgentSession.agent_id,
        *_live(idle_since, since),
    )
    return list(session.exec(query.order_by(col(AgentSession.id).desc())))


def touch(session: Session, account_sid: str, session_id: int, at: datetime) -> None:
    """Set the time last seen."""
    session.execute(
        sa.update(AgentSession)
        .where(col(AgentSession.account_sid) == account_sid, col(AgentSession.id) == session_id)
        .values(last_seen_at=at)
    )


def end_one(session: Session, account_sid: str, agent_id: int, session_id: int, at: datetime) -> bool:
    """End one session of this agent. False when there is none such that goes on."""
    return _end(session, account_sid, agent_id, at, col(AgentSession.id) == session_id) == 1


def end_all(session: Session, account_sid: str, agent_id: int, at: datetime, but: int | None) -> int:
    """End the agent's sessions except `but`. Returns how many ended."""
    return _end(session, account_sid, agent_id, at, col(AgentSession.id) != (but or 0))


def wait_turn(session: Session, account_sid: str) -> None:
    """Let logins of one account pass one by one until the transaction ends; inserts elsewhere are not held up."""
    turn = sa.select(col(Account.account_sid)).where(col(Account.account_sid) == account_sid)
    session.execute(turn.with_for_update(key_share=True))


def failures(session: Session, account_sid: str, key: str, since: datetime) -> list[datetime]:
    """When this key failed since then, oldest first."""
    query = (
        select(LoginFailure.at)
        .where(LoginFailure.account_sid == account_sid, LoginFailure.key == key, LoginFailure.at > since)
        .order_by(col(LoginFailure.at))
    )
    return list(session.exec(query))


def add_failure(session: Session, account_sid: str, key: str, at: datetime) -> None:
    """Write down one failure."""
    session.add(LoginFailure(account_sid=account_sid, key=key, at=at))


def forgive(session: Session, account_sid: str, key: str) -> None:
    """Forget the failures of this key."""
    session.execute(
        sa.delete(LoginFailure).where(col(LoginFailure.account_sid) == account_sid, col(LoginFailure.key) == key)
    )


def forget_one(session: Session, account_sid: str, key: str, at: datetime) -> None:
    """Forget the failure of this key at this moment."""
    session.execute(
        sa.delete(LoginFailure).where(
            col(LoginFailure.account_sid) == account_sid,
            col(LoginFailure.key) == key,
            col(LoginFailure.at) == at,
        )
    )


def forget_failures(session: Session, account_sid: str, since: datetime) -> None:
    """Forget the failures that `failures` doesn't find."""
    session.execute(
        sa.delete(LoginFailure).where(col(LoginFailure.account_sid) == account_sid, col(LoginFailure.at) <= since)
    )


def forget_ended(session: Session, account_sid: str, idle_since: datetime, since: datetime) -> None:
    """Delete sessions that have ended, but of each agent the one that was used last."""
    other = aliased(AgentSession)
    used_later = sa.exists().where(
        col(other.account_sid) == account_sid,
        col(other.agent_id) == col(AgentSession.agent_id),
        sa.tuple_(col(other.last_seen_at), col(other.id))
        > sa.tuple_(col(AgentSession.last_seen_at), col(AgentSession.id)),
    )
    # SQLite gives the highest number anew once its row is gone, and a stream or the audit may still name it.
    begun_later = sa.exists().where(col(other.account_sid) == account_sid, col(other.id) > col(AgentSession.id))
    over = sa.or_(
        col(AgentSession.ended_at).is_not(None),
        col(AgentSession.last_seen_at) <= idle_since,
        col(AgentSession.created_at) <= since,
    )
    mine = col(AgentSession.account_sid) == account_sid
    session.execute(sa.delete(AgentSession).where(mine, over, used_later, begun_later))


def _live(idle_since: datetime, since: datetime) -> tuple[Any, ...]:
    return (
        col(AgentSession.ended_at).is_(None),
        AgentSession.last_seen_at > idle_since,
        AgentSession.created_at > since,
        col(Agent.disabled_at).is_(None),
    )


def _end(session: Session, account_sid: str, agent_id: int, at: datetime, which: Any) -> int:
    done = session.execute(
        sa.update(AgentSession)
        .where(
            col(AgentSession.account_sid) == account_sid,
            col(AgentSession.agent_id) == agent_id,
            col(AgentSession.ended_at).is_(None),
            which,
        )
        .values(ended_at=at)
        .returning(col(AgentSession.id))
    )
    return len(done.all())
