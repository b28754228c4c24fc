"""Logins that are going on. The browser holds a random token, the database only its SHA-256."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from app.domain import audit
from app.domain.actor import Actor
from app.domain.agents.people import as_actor
from app.domain.clock import now
from app.store import sessions as rows
from app.store.database import Session
from app.store.tables import Agent, AgentSession

LONGEST = timedelta(hours=12)
# A look at a page is written down at most this often.
TOUCH_EVERY = timedelta(minutes=1)

# Why a login is over: nobody used it, it was too long, somebody ended it, the browser has none, nobody knows any more.
Over = Literal["idle", "longest", "ended", "out", "gone"]


@dataclass(frozen=True)
class Origin:
    """The address and browser that a request came from, as shown to the person beside the session."""

    ip: str
    user_agent: str


@dataclass(frozen=True)
class LoggedIn:
    """A session that holds, and whose it is."""

    actor: Actor
    session_id: int
    created_at: datetime
    last_seen_at: datetime

    def wants_touch(self, at: datetime) -> bool:
        """True when the time last seen is old enough to be written anew."""
        return at - self.last_seen_at >= TOUCH_EVERY

    def ends_at(self, idle: timedelta) -> datetime:
        """When it is over unless it is used before that."""
        return min(self.last_seen_at + idle, self.created_at + LONGEST)


def hash_of(token: str) -> str:
    """The hash that is stored of a session's token: 256 random bits need no salt and no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin(session: Session, agent: Agent, origin: Origin) -> str:
    """Begin a session for an agent whose password was right. Returns the token, which is not kept."""
    token, at = secrets.token_urlsafe(32), now()
    row = AgentSession(
        account_sid=agent.account_sid,
        token_hash=hash_of(token),
        agent_id=agent.id or 0,
        created_at=at,
        last_seen_at=at,
        ip=origin.ip[:64],
        user_agent=origin.user_agent[:300],
    )
    session.add(row)
    session.flush()
    audit.record(session, as_actor(agent), "session.begin", "session", row.id, ip=row.ip)
    return token


def find(session: Session, account_sid: str, token: str, at: datetime, idle: timedelta) -> LoggedIn | None:
    """The session of this token, or None: unknown, ended, not used for `idle`, 12 hours old, agent disabled."""
    found = rows.live_by_token(session, account_sid, hash_of(token), idle_since=at - idle, since=at - LONGEST)
    if found is None:
        return None
    row, agent = found
    return LoggedIn(as_actor(agent), row.id or 0, row.created_at, row.last_seen_at)


def why_over(session: Session, account_sid: str, token: str, at: datetime, idle: timedelta) -> Over:
    """Why the session of this token, which is found no more, is over."""
    if not token:
        return "out"
    row = rows.by_token(session, account_sid, hash_of(token))
    if row is None:
        return "gone"
    if row.ended_at is not None:
        return "ended"
    # What came first ended it; an agent who is disabled has no session that goes on.
    return "idle" if row.last_seen_at + idle <= min(at, row.created_at + LONGEST) else "longest"


def holding(session: Session, account_sid: str, session_ids: set[int], at: datetime, idle: timedelta) -> set[int]:
    """The sessions among these that hold; for streams, which outlive the request that began them."""
    return rows.holding(session, account_sid, session_ids, idle_since=at - idle, since=at - LONGEST)


def touch(session: Session, account_sid: str, session_id: int, at: datetime) -> None:
    """The person was active at this moment."""
    rows.touch(session, account_sid, session_id, at)


def mine(session: Session, actor: Actor, at: datetime, idle: timedelta) -> list[AgentSession]:
    """The actor's own sessions that hold, newest first."""
    return rows.live_of(session, actor.account_sid, actor.id or 0, idle_since=at - idle, since=at - LONGEST)


def end(session: Session, actor: Actor, session_id: int) -> bool:
    """End one of the actor's own sessions. False when it is not theirs or has ended."""
    ended = rows.end_one(session, actor.account_sid, actor.id or 0, session_id, now())
    if ended:
        audit.record(session, actor, "session.end", "session", session_id)
    return ended


def end_all(session: Session, account_sid: str, agent_id: int, but: int | None = None) -> int:
    """End an agent's sessions, all but one of them where `but` names it. Returns how many ended."""
    return rows.end_all(session, account_sid, agent_id, now(), but)


def forget_ended(session: Session, account_sid: str, at: datetime, idle: timedelta) -> None:
    """Delete the sessions that no longer hold; the clock's job. The one an agent used last stays: it says when."""
    rows.forget_ended(session, account_sid, idle_since=at - idle, since=at - LONGEST)
