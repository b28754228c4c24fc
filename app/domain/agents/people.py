"""The people who work here: added, disabled, given a role. An account always keeps an admin who can log in."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import cast, get_args

from app.domain import audit
from app.domain.access import require
from app.domain.actor import Actor, Role
from app.domain.clock import now
from app.domain.storable_text import one_line, storable
from app.domain.visible_text import has_text
from app.store import agents as rows
from app.store import sessions as session_rows
from app.store.database import Session
from app.store.tables import Agent

ROLES: tuple[Role, ...] = get_args(Role)


class AgentRefused(Exception):
    """The change to an agent can't be made.

    `code` is login_missing, login_taken, name_missing, role_unknown, unknown, disabled or last_admin.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def as_actor(agent: Agent) -> Actor:
    """The agent as the one who asks for a deed."""
    return Actor("agent", agent.account_sid, agent.name, agent.id, cast(Role, agent.role))


def fold_login(login: str) -> str:
    """A login as it is compared: case, width and spaces around it make no difference."""
    return unicodedata.normalize("NFKC", storable(login)).strip().casefold()


def add(session: Session, actor: Actor, login: str, name: str, role: str, password_hash: str = "") -> int:
    """Add an agent, who can't log in until a password is set. Returns their number. Raises AgentRefused, NotAllowed."""
    require(actor, "agent.manage")
    login, name = fold_login(login), one_line(name)
    if not has_text(login) or len(login) > 200 or any(not char.isprintable() for char in login):
        raise AgentRefused("login_missing")
    if not has_text(name) or len(name) > 200:
        raise AgentRefused("name_missing")
    _check_role(role)
    agent_id = rows.add(
        session, actor.account_sid, login, name=name, role=role, password_hash=password_hash, created_at=now()
    )
    if agent_id is None:
        raise AgentRefused("login_taken")
    audit.record(session, actor, "agent.add", "agent", agent_id, role=role)
    return agent_id


def usual_role(session: Session, actor: Actor) -> Role:
    """The role of who is added next, unless another is asked for: the first person is an admin. Raises NotAllowed."""
    require(actor, "agent.manage")
    return "agent" if rows.has_admin(session, actor.account_sid) else "admin"


def disable(session: Session, actor: Actor, agent_id: int) -> None:
    """Shut an agent out at once: their sessions end and their links expire. Raises AgentRefused, NotAllowed."""
    agent = _managed(session, actor, agent_id)
    _keep_an_admin(session, agent)
    if agent.disabled_at is not None:
        return
    at = now()
    rows.change(session, actor.account_sid, agent_id, disabled_at=at)
    rows.void_links(session, actor.account_sid, agent_id, at)
    ended = session_rows.end_all(session, actor.account_sid, agent_id, at, but=None)
    audit.record(session, actor, "agent.disable", "agent", agent_id, sessions_ended=ended)


def enable(session: Session, actor: Actor, agent_id: int) -> None:
    """Let a disabled agent log in again, with the password they had. Raises AgentRefused, NotAllowed."""
    agent = _managed(session, actor, agent_id)
    if agent.disabled_at is None:
        return
    rows.change(session, actor.account_sid, agent_id, disabled_at=None)
    audit.record(session, actor, "agent.enable", "agent", agent_id)


def change_role(session: Session, actor: Actor, agent_id: int, role: str) -> None:
    """Give an agent another role, which holds from their next click. Raises AgentRefused, NotAllowed."""
    agent = _managed(session, actor, agent_id)
    _check_role(role)
    if agent.role == role:
        return
    _keep_an_admin(session, agent)
    before = agent.role
    rows.change(session, actor.account_sid, agent_id, role=role)
    audit.record(session, actor, "agent.role", "agent", agent_id, before=before, after=role)


def everybody(session: Session, actor: Actor) -> list[tuple[Agent, datetime | None]]:
    """Everybody and when they were last active, the disabled last. Raises NotAllowed."""
    require(actor, "agent.manage")
    seen = rows.last_seen(session, actor.account_sid)
    return [(agent, seen.get(agent.id or 0)) for agent in rows.all_of(session, actor.account_sid)]


def by_login(session: Session, actor: Actor, login: str) -> Agent:
    """The agent with this login. Raises AgentRefused, NotAllowed."""
    require(actor, "agent.manage")
    agent = rows.by_login(session, actor.account_sid, fold_login(login))
    if agent is None:
        raise AgentRefused("unknown")
    return agent


def _managed(session: Session, actor: Actor, agent_id: int) -> Agent:
    require(actor, "agent.manage")
    agent = rows.by_id(session, actor.account_sid, agent_id)
    if agent is None:
        raise AgentRefused("unknown")
    return agent


def _keep_an_admin(session: Session, agent: Agent) -> None:
    # Read after the lock is held, so that two admins can't demote each other at the same moment.
    if [admin.id for admin in rows.lock_admins(session, agent.account_sid)] == [agent.id]:
        raise AgentRefused("last_admin")


def _check_role(role: str) -> None:
    if role not in ROLES:
        raise AgentRefused("role_unknown")
