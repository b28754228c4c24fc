"""What is kept of logins is forgotten once no rule needs it, and not before."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

import pytest

from app.domain.agents import logins, password_reset, people, sessions
from app.domain.agents.sessions import Origin
from app.domain.clock import now
from app.store import agents as agent_rows
from app.store.database import Database, Session
from app.store.tables import AgentSession, LoginFailure, ResetLink
from tests.support.cast import ACCOUNT, ADA, STRANGER, only, rows
from tests.support.rewriting import rewrite

SECOND = timedelta(seconds=1)
IDLE = timedelta(minutes=30)
HOME = Origin("203.0.113.7", "Firefox")
ADDRESS = f"ip:{HOME.ip}"


@pytest.fixture
def bea(database: Database) -> int:
    """An agent who has no password yet."""
    return database.write(lambda session: people.add(session, ADA, "bea", "Bea", "agent", ""))


def fail(database: Database, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(logins.WrongPassword):
            logins.log_in(database, ACCOUNT, "bea", "not this one", HOME)


def failures(database: Database, key: str = "login:bea") -> list[datetime]:
    return [row.at for row in rows(database, LoginFailure, key=key)]


def begin(database: Database, agent_id: int) -> AgentSession:
    def begun(session: Session) -> str:
        agent = agent_rows.by_id(session, ACCOUNT, agent_id)
        assert agent is not None
        return sessions.begin(session, agent, HOME)

    token = database.write(begun)
    return only(database, AgentSession, token_hash=sessions.hash_of(token))


def forget_ended(database: Database) -> list[int | None]:
    database.write(lambda session: sessions.forget_ended(session, ACCOUNT, now(), IDLE))
    return [row.id for row in rows(database, AgentSession)]


def test_a_failure_is_forgotten_when_the_throttle_no_longer_counts_it(database: Database, bea: int) -> None:
    fail(database)
    (at,) = failures(database)
    for asked, kept in ((at + logins.WINDOW - SECOND, [at]), (at + logins.WINDOW, [])):
        database.write(lambda session, asked=asked: logins.forget_failures(session, ACCOUNT, asked))  # type: ignore[misc]
        assert failures(database) == kept
        assert failures(database, ADDRESS) == kept


def test_what_still_counts_goes_on_to_hold_the_next_try_up(database: Database, bea: int) -> None:
    fail(database, logins.FAILURES_PER_LOGIN)
    for row in rows(database, LoginFailure):
        rewrite(database, row, at=row.at - logins.WINDOW + timedelta(minutes=1))
    database.write(lambda session: logins.forget_failures(session, ACCOUNT, now()))
    with pytest.raises(logins.Throttled) as refused:
        logins.log_in(database, ACCOUNT, "bea", "not this one", HOME)
    assert timedelta() < refused.value.wait <= timedelta(minutes=1)


def test_nobody_forgets_another_accounts(database: Database, bea: int) -> None:
    fail(database)
    begin(database, bea)
    database.write(lambda session: password_reset.make_link(session, ADA, bea))
    session_row = begin(database, bea)
    rewrite(database, session_row, ended_at=now())
    later = now() + timedelta(days=400)
    forget_sessions = partial(sessions.forget_ended, idle=IDLE)
    for forget in (logins.forget_failures, password_reset.forget_links, forget_sessions):
        database.write(lambda session, forget=forget: forget(session, STRANGER.account_sid, later))  # type: ignore[misc]
    assert len(failures(database)) == 1
    assert len(rows(database, ResetLink)) == 1
    assert len(rows(database, AgentSession)) == 2


def test_a_link_is_forgotten_when_it_was_used_or_has_expired(database: Database, bea: int) -> None:
    token = database.write(lambda session: password_reset.make_link(session, ADA, bea))
    link = only(database, ResetLink)
    database.write(lambda session: password_reset.forget_links(session, ACCOUNT, link.expires_at - SECOND))
    assert database.read(lambda session: password_reset.owner(session, ACCOUNT, token)).id == bea
    database.write(lambda session: password_reset.forget_links(session, ACCOUNT, link.expires_at))
    assert rows(database, ResetLink) == []
    with pytest.raises(password_reset.LinkSpent):
        database.read(lambda session: password_reset.owner(session, ACCOUNT, token))
    again = database.write(lambda session: password_reset.make_link(session, ADA, bea))
    password_reset.use_link(database, ACCOUNT, again, "walnut ferry compass")
    database.write(lambda session: password_reset.forget_links(session, ACCOUNT, now()))
    assert rows(database, ResetLink) == []


@pytest.mark.parametrize(
    ("column", "span"), [("ended_at", SECOND), ("last_seen_at", IDLE), ("created_at", sessions.LONGEST)]
)
def test_a_session_is_forgotten_when_it_no_longer_holds(
    database: Database, bea: int, column: str, span: timedelta
) -> None:
    old, holds = begin(database, bea), begin(database, bea)
    assert forget_ended(database) == [old.id, holds.id]
    rewrite(database, old, **{column: now() - span})
    # Whatever ended the older one, the newer was used after it.
    rewrite(database, holds, last_seen_at=now())
    assert forget_ended(database) == [holds.id]


def test_the_session_that_somebody_used_last_says_when_they_were_here(database: Database, bea: int) -> None:
    used_last, begun_last = begin(database, bea), begin(database, bea)
    seen = now() - timedelta(days=3)
    rewrite(database, used_last, last_seen_at=seen, ended_at=seen)
    rewrite(database, begun_last, last_seen_at=seen - timedelta(hours=1), ended_at=seen)
    cas = database.write(lambda session: people.add(session, ADA, "cas", "Cas", "agent", ""))
    newest = begin(database, cas)
    assert forget_ended(database) == [used_last.id, newest.id]
    assert database.read(lambda session: agent_rows.last_seen(session, ACCOUNT))[bea] == seen


def test_a_number_is_never_given_to_a_second_session(database: Database, bea: int) -> None:
    earlier, newest = begin(database, bea), begin(database, bea)
    rewrite(database, newest, ended_at=now(), last_seen_at=earlier.last_seen_at - timedelta(minutes=1))
    assert forget_ended(database) == [earlier.id, newest.id]
    assert (begin(database, bea).id or 0) > (newest.id or 0)
    assert newest.id not in forget_ended(database)
