"""How long a login holds, and who can end it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import col, update

from app.domain.agents import people, sessions
from app.domain.clock import now
from app.store.tables import AgentSession, Audit
from tests.support.cast import ACCOUNT, only, rows
from tests.support.office import Browser, Office


def session_of(office: Office, browser: Browser) -> AgentSession:
    return only(office.database, AgentSession, token_hash=sessions.hash_of(browser.token))


def set_back(office: Office, browser: Browser, **ago: timedelta) -> None:
    """As if the session's times were so long ago."""
    row = session_of(office, browser)
    values = {column: now() - span for column, span in ago.items()}
    office.database.write(
        lambda session: session.execute(
            update(AgentSession)
            .where(col(AgentSession.account_sid) == ACCOUNT, col(AgentSession.id) == row.id)
            .values(**values)
        )
    )


@pytest.mark.parametrize(("minutes", "holds"), [(29, True), (30, False)])
def test_a_session_ends_after_thirty_idle_minutes(office: Office, minutes: int, holds: bool) -> None:
    browser = office.browser("kim")
    set_back(office, browser, last_seen_at=timedelta(minutes=minutes))
    assert browser.is_in() is holds


@pytest.mark.parametrize(("hours", "holds"), [(11.9, True), (12, False)])
def test_a_session_ends_after_twelve_hours_however_busy(office: Office, hours: float, holds: bool) -> None:
    browser = office.browser("kim")
    set_back(office, browser, created_at=timedelta(hours=hours))
    assert browser.is_in() is holds


def test_looking_at_a_page_prolongs_it_but_what_a_page_fetches_by_itself_does_not(office: Office) -> None:
    browser = office.browser("kim")
    set_back(office, browser, last_seen_at=timedelta(minutes=20))
    before = session_of(office, browser).last_seen_at
    browser.get("/settings", X_Switchboard_Background="1")
    assert session_of(office, browser).last_seen_at == before
    browser.get("/settings")
    assert session_of(office, browser).last_seen_at > before


def test_the_time_last_seen_is_written_once_a_minute(office: Office) -> None:
    browser = office.browser("kim")
    before = session_of(office, browser).last_seen_at
    browser.get("/settings")
    assert session_of(office, browser).last_seen_at == before


def test_disabling_somebody_ends_their_sessions_at_once(office: Office) -> None:
    kim, ana = office.browser("kim"), office.browser("ana")
    assert ana.post(f"/settings/agents/{office.ids['kim']}/disable").status_code == 303
    assert not kim.is_in()
    ana.post(f"/settings/agents/{office.ids['kim']}/enable")
    assert not kim.is_in()
    assert office.browser().log_in("kim").status_code == 303


def test_one_sees_ones_own_browsers_and_ends_one(office: Office) -> None:
    here, there = office.browser("kim"), office.browser("kim")
    page = here.get("/settings").text
    assert page.count("Chrome on Linux</span>") == 2
    assert page.count("this one") == 1
    ended = session_of(office, there).id
    here.post(f"/settings/sessions/{ended}/end")
    assert not there.is_in()
    assert here.is_in()
    assert only(office.database, Audit, verb="session.end").subject_id == str(ended)


def test_nobody_ends_somebody_elses_session(office: Office) -> None:
    kim, otto = office.browser("kim"), office.browser("otto")
    otto.post(f"/settings/sessions/{session_of(office, kim).id}/end")
    assert kim.is_in()
    assert rows(office.database, Audit, verb="session.end") == []


def test_a_stream_can_ask_whether_its_session_still_holds(office: Office) -> None:
    browser = office.browser("kim")
    number = session_of(office, browser).id or 0

    def holds() -> bool:
        return bool(
            office.database.read(
                lambda session: sessions.holding(session, ACCOUNT, {number}, now(), timedelta(minutes=30))
            )
        )

    assert holds()
    office.database.write(lambda session: people.disable(session, office.actor("ana"), office.ids["kim"]))
    assert not holds()


def test_a_role_that_was_changed_holds_from_the_next_click(office: Office) -> None:
    ana, kim = office.browser("ana"), office.browser("kim")
    assert kim.get("/settings/agents").status_code == 403
    ana.post(f"/settings/agents/{office.ids['kim']}/role", {"role": "admin"})
    assert kim.get("/settings/agents").status_code == 200
