"""A password set anew: by its owner who knows the old one, or through a link that works once."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from app.domain import audit
from app.domain.access import require
from app.domain.actor import Actor
from app.domain.agents import logins, passwords, sessions
from app.domain.agents.people import AgentRefused, as_actor
from app.domain.clock import now
from app.store import agents as rows
from app.store.database import Database, Session
from app.store.tables import Agent, ResetLink

LINK_HOLDS = timedelta(hours=24)


class LinkSpent(Exception):
    """The link is unknown, was used, has expired, or its agent is disabled: one answer for all of them."""


def change_own(database: Database, actor: Actor, session_id: int, old: str, new: str, ip: str) -> int:
    """Set the actor's own password and end their other sessions. Returns how many ended.

    Raises logins.WrongPassword, logins.Throttled, passwords.PasswordRefused, passwords.TooBusy, NotAllowed.
    """
    require(actor, "password.change")
    agent = database.read(lambda session: _known(session, actor.account_sid, actor.id or 0))
    passwords.judge(new, agent.login)
    logins.confirm(database, agent, old, ip)
    password_hash = passwords.hashed(new, agent.login)

    def change(session: Session) -> int:
        ended = _set(session, agent, password_hash, but=session_id)
        audit.record(session, actor, "password.change", "agent", agent.id, sessions_ended=ended)
        return ended

    return database.write(change)


def make_link(session: Session, actor: Actor, agent_id: int) -> str:
    """A token that sets the agent's password once, within 24 hours; earlier ones expire.

    Raises AgentRefused, NotAllowed.
    """
    require(actor, "agent.manage")
    agent = _known(session, actor.account_sid, agent_id)
    if agent.disabled_at is not None:
        raise AgentRefused("disabled")
    token, at = secrets.token_urlsafe(32), now()
    rows.void_links(session, actor.account_sid, agent_id, at)
    rows.add_link(
        session,
        ResetLink(
            account_sid=actor.account_sid,
            token_hash=sessions.hash_of(token),
            agent_id=agent_id,
            made_by=actor.name,
            created_at=at,
            expires_at=at + LINK_HOLDS,
        ),
    )
    audit.record(session, actor, "password.link", "agent", agent_id)
    return token


def owner(session: Session, account_sid: str, token: str) -> Agent:
    """The agent whose password the link would set; looking does not use it up. Raises LinkSpent."""
    agent = rows.by_link(session, account_sid, sessions.hash_of(token), now())
    if agent is None:
        raise LinkSpent
    return agent


def use_link(database: Database, account_sid: str, token: str, password: str) -> None:
    """Set the password, use the link up, end all sessions. Raises LinkSpent, PasswordRefused, TooBusy."""
    agent = database.read(lambda session: owner(session, account_sid, token))
    password_hash = passwords.hashed(password, agent.login)

    def use(session: Session) -> None:
        owner(session, account_sid, token)
        if not rows.use_link(session, account_sid, sessions.hash_of(token), now()):
            raise LinkSpent
        ended = _set(session, agent, password_hash, but=None)
        audit.record(session, as_actor(agent), "password.reset", "agent", agent.id, sessions_ended=ended)

    database.write(use)


def forget_links(session: Session, account_sid: str, at: datetime) -> None:
    """Delete the links that were used or have expired; the clock's job. To whoever opens one, it is unknown then."""
    rows.forget_links(session, account_sid, at)


def _set(session: Session, agent: Agent, password_hash: str, but: int | None) -> int:
    agent_id = agent.id or 0
    rows.change(session, agent.account_sid, agent_id, password_hash=password_hash)
    rows.void_links(session, agent.account_sid, agent_id, now())
    logins.forgive(session, agent)
    return sessions.end_all(session, agent.account_sid, agent_id, but)


def _known(session: Session, account_sid: str, agent_id: int) -> Agent:
    agent = rows.by_id(session, account_sid, agent_id)
    if agent is None:
        raise AgentRefused("unknown")
    return agent
