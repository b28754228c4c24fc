"""`GET /session`: whether the login of this browser holds, how long yet, and why not."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.domain.agents import people
from tests.support.cast import hear
from tests.support.office import Browser, Office
from tests.web.shell.test_sessions import session_of, set_back

HALF_AN_HOUR, MINUTE = timedelta(minutes=30), timedelta(minutes=1)


def state(browser: Browser, query: str = "") -> dict[str, Any]:
    """What the page's script is told."""
    answer = browser.get(f"/session{query}", X_Switchboard_Background="1")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    told: dict[str, Any] = json.loads(answer.text)
    return told


def test_asking_prolongs_nothing_and_acting_does(office: Office) -> None:
    kim = office.browser("kim")
    set_back(office, kim, last_seen_at=HALF_AN_HOUR - 5 * MINUTE)
    told = state(kim)
    assert told["agent"] == office.ids["kim"]
    assert 290 <= told["left"] <= 300
    assert state(kim)["left"] <= told["left"]
    assert 1790 <= state(kim, "?active=1")["left"] <= 1800
    assert state(kim)["left"] > 1700


def test_a_long_day_ends_however_busy(office: Office) -> None:
    kim = office.browser("kim")
    set_back(office, kim, created_at=timedelta(hours=12) - 2 * MINUTE)
    assert state(kim, "?active=1")["left"] <= 120


def test_the_limit_is_a_setting(make_office: Callable[..., Office]) -> None:
    office = make_office(SESSION_IDLE_MINUTES="10").hire("kim")
    kim = office.browser("kim")
    assert "after 10 minutes without activity" in kim.get("/settings").text
    assert 540 < state(kim)["left"] <= 600
    set_back(office, kim, last_seen_at=9 * MINUTE)
    assert kim.is_in()
    set_back(office, kim, last_seen_at=10 * MINUTE)
    assert not kim.is_in()
    assert state(kim)["says"] == "You were logged out after 10 minutes without activity."


@pytest.mark.parametrize(
    ("how", "over", "words"),
    [
        ("idle", "idle", "after 30 minutes without activity"),
        ("long", "longest", "12 hours"),
        ("disabled", "ended", "by an admin"),
        ("elsewhere", "ended", "from another browser"),
        ("logout", "out", "You logged out in this browser."),
        ("never", "out", "You logged out in this browser."),
        ("nonsense", "gone", "Your login is over."),
    ],
)
def test_why_it_is_over_is_said(office: Office, how: str, over: str, words: str) -> None:
    kim = office.browser("kim" if how != "never" else "")
    if how == "idle":
        set_back(office, kim, last_seen_at=HALF_AN_HOUR)
    elif how == "long":
        set_back(office, kim, created_at=timedelta(hours=12))
    elif how == "disabled":
        office.database.write(lambda session: people.disable(session, office.actor("ana"), office.ids["kim"]))
    elif how == "elsewhere":
        other = office.browser("kim")
        other.post(f"/settings/sessions/{session_of(office, kim).id}/end")
    elif how == "logout":
        kim.post("/logout")
    elif how == "nonsense":
        kim.client.set_cookie("switchboard_session", "nonsense")
    told = state(kim)
    assert told["over"] == over
    assert words in told["says"]
    assert state(kim, "?active=1")["over"] == over
    page = kim.get("/login?next=/feed").text
    assert (words in page) == (how not in ("never", "logout"))


def test_who_sends_a_form_too_late_comes_back_to_its_page(office: Office) -> None:
    there = f"/conversations/{hear(office.database).conversation_id}"
    kim = office.browser("kim")
    set_back(office, kim, last_seen_at=HALF_AN_HOUR)
    answer = kim.post(f"{there}/messages", {"body": "Good morning"}, Referer=f"http://localhost{there}?tab=all")
    assert answer.status_code == 401
    assert "Good morning" in answer.text
    assert f'href="/login?next={there}%3Ftab%3Dall"' in answer.text
    for foreign in ("http://evil.example/x", "//[", "http://localhost//evil.example"):
        assert "evil" not in kim.post(f"{there}/messages", {"body": "Good morning"}, Referer=foreign).text
