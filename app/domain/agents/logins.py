"""Logging in, and the throttle on guessing, which is rows and so holds across processes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain import audit
from app.domain.actor import visitor
from app.domain.agents import passwords, sessions
from app.domain.agents.ip_addresses import throttled_as
from app.domain.agents.people import fold_login
from app.domain.clock import now
from app.store import agents as rows
from app.store import sessions as session_rows
from app.store.database import Database, Session
from app.store.tables import Agent

WINDOW = timedelta(minutes=15)
FAILURES_PER_LOGIN = 5
# A whole office may share one address.
FAILURES_PER_IP = 30


class WrongPassword(Exception):
    """Login and password don't belong together; `tries_left` before a pause. The same for an unknown login."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(tries_left)
        self.tries_left = tries_left


class Throttled(Exception):
    """Too many failures; `wait` is how long until the next try is looked at."""

    def __init__(self, wait: timedelta) -> None:
        super().__init__(wait)
        self.wait = wait


@dataclass(frozen=True)
class _Attempt:
    """A try, counted as failed from before the password is looked at, so that a crowd of them can't slip through."""

    account_sid: str
    login: str
    ip: str
    at: datetime

    @property
    def keys(self) -> tuple[tuple[str, int], ...]:
        return ((f"login:{self.login[:200]}", FAILURES_PER_LOGIN), (f"ip:{throttled_as(self.ip)}", FAILURES_PER_IP))


def log_in(
    database: Database,
    account_sid: str,
    login: str,
    password: str,
    origin: sessions.Origin,
    before: sessions.LoggedIn | None = None,
) -> str:
    """Check the password and begin a session, which ends `before`, the browser's one. Returns the session's token.

    Raises WrongPassword, Throttled, passwords.TooBusy.
    """
    attempt = _Attempt(account_sid, fold_login(login), origin.ip, now())
    agent = check(database, attempt, password)

    def begin(session: Session) -> str:
        fresh = rows.by_id(session, account_sid, agent.id or 0)
        if fresh is None or fresh.disabled_at is not None or fresh.password_hash != agent.password_hash:
            raise WrongPassword(FAILURES_PER_LOGIN)
        if before is not None:
            sessions.end(session, before.actor, before.session_id)
        return sessions.begin(session, fresh, origin)

    return database.write(begin)


def confirm(database: Database, agent: Agent, password: str, ip: str) -> None:
    """Make sure that it is the agent who asks, by their password. Raises WrongPassword, Throttled, TooBusy."""
    check(database, _Attempt(agent.account_sid, agent.login, ip, now()), password)


def check(database: Database, attempt: _Attempt, password: str) -> Agent:
    """The agent whose login and password these are. Raises WrongPassword, Throttled, TooBusy.

    It takes as long for a login that nobody has: the answer's time tells nothing.
    """
    left = database.write(lambda session: _count(session, attempt))
    agent = database.read(lambda session: rows.by_login(session, attempt.account_sid, attempt.login))
    known = agent is not None and agent.disabled_at is None
    right = passwords.matches(agent.password_hash if agent and known else "", password)
    if agent is None or not right:
        database.write(lambda session: _write_down(session, attempt, agent))
        raise WrongPassword(left)
    database.write(lambda session: _forgive(session, attempt))
    return agent


def forgive(session: Session, agent: Agent) -> None:
    """Forget the failed tries at this agent's login: their password is new."""
    session_rows.forgive(session, agent.account_sid, f"login:{agent.login}")


def forget_failures(session: Session, account_sid: str, at: datetime) -> None:
    """Delete the failed tries that the throttle no longer counts; the clock's job."""
    session_rows.forget_failures(session, account_sid, at - WINDOW)


def _count(session: Session, attempt: _Attempt) -> int:
    session_rows.wait_turn(session, attempt.account_sid)
    since, left = attempt.at - WINDOW, []
    for key, limit in attempt.keys:
        failed = session_rows.failures(session, attempt.account_sid, key, since)
        if len(failed) >= limit:
            raise Throttled(failed[-limit] - since)
        left.append(limit - len(failed) - 1)
    for key, _limit in attempt.keys:
        session_rows.add_failure(session, attempt.account_sid, key, attempt.at)
    return min(left)


def _write_down(session: Session, attempt: _Attempt, agent: Agent | None) -> None:
    # Not the login as it was typed: what nobody has may well be a password in the wrong field.
    nobody = visitor(attempt.account_sid)
    audit.record(session, nobody, "session.refused", "agent", agent.id if agent else "", ip=attempt.ip[:64])


def _forgive(session: Session, attempt: _Attempt) -> None:
    # Only this try of the address: who knows one password must not get free guesses at the others.
    (login, _), (ip, _) = attempt.keys
    session_rows.forgive(session, attempt.account_sid, login)
    session_rows.forget_one(session, attempt.account_sid, ip, attempt.at)
