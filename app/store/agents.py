"""Named queries on the people who work here, and on the links that set their passwords."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.inserts import insert_unless_there
from app.store.tables import Agent, AgentSession, ResetLink


def add(session: Session, account_sid: str, login: str, **columns: Any) -> int | None:
    """Add an agent and return their number; None when the login is taken."""
    values = {"account_sid": account_sid, "login": login, **columns}
    return insert_unless_there(session, Agent, values, ("account_sid", "login"))


def by_id(session: Session, account_sid: str, agent_id: int) -> Agent | None:
    """The agent, or None."""
    return session.exec(select(Agent).where(Agent.account_sid == account_sid, Agent.id == agent_id)).first()


def by_login(session: Session, account_sid: str, login: str) -> Agent | None:
    """The agent with this login, or None."""
    return session.exec(select(Agent).where(Agent.account_sid == account_sid, Agent.login == login)).first()


def all_of(session: Session, account_sid: str) -> list[Agent]:
    """Everybody, the disabled last, by name."""
    query = select(Agent).where(Agent.account_sid == account_sid)
    return list(session.exec(query.order_by(col(Agent.disabled_at).is_not(None), Agent.name, col(Agent.id))))


def names(session: Session, account_sid: str) -> dict[int, str]:
    """Everybody's name, by number."""
    return {agent.id or 0: agent.name for agent in all_of(session, account_sid)}


def last_seen(session: Session, account_sid: str) -> dict[int, datetime]:
    """When each agent was last active, by their number; who never was is not in it."""
    query = (
        select(AgentSession.agent_id, sa.func.max(col(AgentSession.last_seen_at), type_=AgentSession.last_seen_at.type))  # type: ignore[attr-defined]  # fmt: skip
        .where(AgentSession.account_sid == account_sid)
        .group_by(col(AgentSession.agent_id))
    )
    return {agent_id: at for agent_id, at in session.exec(query) if at is not None}


def lock_admins(session: Session, account_sid: str) -> list[Agent]:
    """The admins who can log in, held so until the transaction ends."""
    query = (
        select(Agent)
        .where(
            Agent.account_sid == account_sid,
            Agent.role == "admin",
            Agent.password_hash != "",
            col(Agent.disabled_at).is_(None),
        )
        .order_by(col(Agent.id))
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list(session.exec(query))


def has_admin(session: Session, account_sid: str) -> bool:
    """Whether there is an admin who isn't disabled, with a password or without one yet."""
    admin = sa.exists().where(
        col(Agent.account_sid) == account_sid, col(Agent.role) == "admin", col(Agent.disabled_at).is_(None)
    )
    return bool(session.execute(sa.select(admin)).scalar())


def change(session: Session, account_sid: str, agent_id: int, **columns: Any) -> None:
    """Set columns of one agent."""
    session.execute(
        sa.update(Agent).where(col(Agent.account_sid) == account_sid, col(Agent.id) == agent_id).values(**columns)
    )


def add_link(session: Session, link: ResetLink) -> None:
    """Add a link."""
    session.add(link)


def by_link(session: Session, account_sid: str, token_hash: str, at: datetime) -> Agent | None:
    """The agent whose password the link would set, or None: unknown, used, expired, agent disabled."""
    query = select(Agent).where(
        Agent.account_sid == account_sid,
        ResetLink.account_sid == account_sid,
        ResetLink.token_hash == token_hash,
        col(ResetLink.used_at).is_(None),
        ResetLink.expires_at > at,
        Agent.id == ResetLink.agent_id,
        col(Agent.disabled_at).is_(None),
    )
    return session.exec(query).first()


def use_link(session: Session, account_sid: str, token_hash: str, at: datetime) -> bool:
    """Use the link up. False when it was used or has expired; only one of two at once gets True."""
    done = session.execute(
        sa.update(ResetLink)
        .where(
            col(ResetLink.account_sid) == account_sid,
            col(ResetLink.token_hash) == token_hash,
            col(ResetLink.used_at).is_(None),
            col(ResetLink.expires_at) > at,
        )
        .values(used_at=at)
        .returning(col(ResetLink.id))
    )
    return done.first() is not None


def void_links(session: Session, account_sid: str, agent_id: int, at: datetime) -> None:
    """Let the agent's unused links expire now."""
    session.execute(
        sa.update(ResetLink)
        .where(
            col(ResetLink.account_sid) == account_sid,
            col(ResetLink.agent_id) == agent_id,
            col(ResetLink.used_at).is_(None),
            col(ResetLink.expires_at) > at,
        )
        .values(expires_at=at)
    )


def forget_links(session: Session, account_sid: str, at: datetime) -> None:
    """Delete links that were used or have expired."""
    spent = sa.or_(col(ResetLink.used_at).is_not(None), col(ResetLink.expires_at) <= at)
    session.execute(sa.delete(ResetLink).where(col(ResetLink.account_sid) == account_sid, spent))
