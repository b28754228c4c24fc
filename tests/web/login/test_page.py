"""Logging in and out."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlmodel import col, update

from app.domain.agents import people
from app.store.tables import AgentSession, Audit, LoginFailure
from tests.support.cast import ACCOUNT, only, rows
from tests.support.office import PASSWORDS, Office


def age_the_failures(office: Office, by: timedelta) -> None:
    for failure in rows(office.database, LoginFailure):
        office.database.write(
            lambda session, failure=failure: session.execute(  # type: ignore[misc]
                update(LoginFailure)
                .where(col(LoginFailure.account_sid) == ACCOUNT, col(LoginFailure.id) == failure.id)
                .values(at=failure.at - by)
            )
        )


def test_the_right_password_opens_and_leads_to_where_one_was_going(office: Office) -> None:
    browser = office.browser()
    away = browser.get("/settings/agents?a=b")
    assert (away.status_code, away.location) == (303, "/login?next=/settings/agents%3Fa%3Db")
    answer = browser.log_in("ana", target="/settings/agents?a=b")
    assert (answer.status_code, answer.location) == (303, "/settings/agents?a=b")
    assert browser.is_in()


def test_the_login_is_the_same_in_any_case_and_with_spaces(office: Office) -> None:
    assert office.browser().log_in(" ANA ", PASSWORDS["ana"]).status_code == 303


def test_a_wrong_password_begins_nothing_and_says_how_many_tries_are_left(office: Office) -> None:
    browser = office.browser()
    answer = browser.log_in("ana", "not this one")
    assert answer.status_code == 401
    assert "4 tries left" in answer.text
    assert 'value="ana"' in answer.text
    assert "not this one" not in answer.text
    assert not browser.is_in()


def test_an_unknown_login_is_answered_like_a_wrong_password(office: Office) -> None:
    unknown = office.browser().log_in("nobody", "not this one")
    known = office.browser().log_in("ana", "not this one")
    assert unknown.status_code == known.status_code == 401
    assert unknown.text.split("<form")[1].count("4 tries left") == known.text.split("<form")[1].count("4 tries left")


def test_after_five_failures_not_even_the_right_password_is_looked_at_in_any_process(
    office: Office, make_office: Callable[..., Office]
) -> None:
    for _ in range(5):
        office.browser().log_in("ana", "not this one")
    age_the_failures(office, timedelta(minutes=3))
    answer = make_office().browser().log_in("ana")
    assert answer.status_code == 429
    assert "Wait 12 minutes." in answer.text
    assert 700 <= int(answer.headers["Retry-After"]) <= 721
    assert office.browser().log_in("kim").status_code == 303


def test_after_the_pause_the_right_password_opens_again(office: Office) -> None:
    for _ in range(5):
        office.browser().log_in("ana", "not this one")
    age_the_failures(office, timedelta(minutes=15))
    assert office.browser().log_in("ana").status_code == 303
    assert rows(office.database, LoginFailure, key="login:ana") == []


def test_a_crowd_of_tries_at_one_moment_gets_five(office: Office) -> None:
    browsers = [office.browser() for _ in range(12)]
    with ThreadPoolExecutor(12) as pool:
        codes = list(pool.map(lambda browser: browser.log_in("ana", "not this one").status_code, browsers))
    assert sorted(codes) == [401] * 5 + [429] * 7


def test_one_address_may_not_try_everybody(office: Office) -> None:
    codes = [office.browser().log_in(f"person{number}", "not this one").status_code for number in range(31)]
    assert codes == [401] * 30 + [429]


def test_an_own_password_gives_no_free_tries_at_others(office: Office) -> None:
    for number in range(29):
        office.browser().log_in(f"person{number}", "not this one")
    assert office.browser().log_in("kim").status_code == 303
    assert office.browser().log_in("ana", "not this one").status_code == 401
    assert office.browser().log_in("ana", "not this one").status_code == 429


def test_who_is_disabled_is_told_what_a_stranger_is_told(office: Office) -> None:
    office.database.write(lambda session: people.disable(session, office.actor("ana"), office.ids["kim"]))
    answer = office.browser().log_in("kim")
    assert answer.status_code == 401
    assert "Login and password do not match." in answer.text


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:alert(1)",
        "/login",
        "/a\r\nb",
        "x",
        "//[",
        "http://[",
    ],
)
def test_after_the_login_nobody_is_sent_elsewhere(office: Office, target: str) -> None:
    assert office.browser().log_in("ana", target=target).location == "/"


def test_the_token_is_kept_by_the_browser_alone(office: Office) -> None:
    browser = office.browser("kim")
    (kept,) = rows(office.database, AgentSession, agent_id=office.ids["kim"])
    assert len(browser.token) >= 43
    assert browser.token not in repr(kept.model_dump())
    assert only(office.database, Audit, verb="session.begin").actor_name == "Kim Aalto"


def test_every_login_gets_a_token_of_its_own_and_a_new_form_key(office: Office) -> None:
    browser = office.browser("kim")
    first, planted = browser.token, browser._key
    browser.post("/logout")
    browser.log_in("kim")
    assert browser.token != first
    assert browser._key != planted


def test_logging_in_ends_the_session_that_the_browser_had(office: Office) -> None:
    browser, other = office.browser("kim"), office.browser("kim")
    before, key = browser.token, browser._key
    browser.get("/settings")
    form = {"login": "ana", "password": PASSWORDS["ana"]}
    assert browser.post("/login", {**form, "password": "not this one"}).status_code == 401
    assert browser.is_in()
    assert browser.post("/login", form).status_code == 303
    assert browser.token != before
    assert "Ana Souza" in browser.get("/settings").text
    stolen = office.browser()
    stolen.client.set_cookie("switchboard_session", before)
    assert not stolen.is_in()
    assert other.is_in()
    ended = [row.id for row in rows(office.database, AgentSession) if row.ended_at]
    assert ended == [int(audited.subject_id) for audited in rows(office.database, Audit, verb="session.end")]
    assert browser.post("/settings/view", {"csrf_token": key}).status_code == 400


def test_a_forms_key_that_was_planted_before_the_login_is_worth_nothing_after_it(office: Office) -> None:
    attacker, victim = office.browser(), office.browser()
    attacker.get("/login")
    planted = attacker.client.get_cookie("switchboard_form")
    assert planted is not None
    victim.client.set_cookie("switchboard_form", planted.value)
    form = {"login": "kim", "password": PASSWORDS["kim"], "csrf_token": attacker._key}
    assert victim.post("/login", form).status_code == 303
    assert victim.post("/settings/view", {"csrf_token": attacker._key}).status_code == 400


def test_a_session_that_was_logged_out_does_not_come_back(office: Office) -> None:
    browser = office.browser("kim")
    token = browser.token
    assert browser.post("/logout").location == "/login"
    browser.client.set_cookie("switchboard_session", token)
    assert not browser.is_in()


def test_over_https_the_cookie_is_bound_to_the_host(make_office: Callable[..., Office]) -> None:
    office = make_office(PUBLIC_BASE_URL="https://console.example.com").hire("kim")
    answer = office.browser().log_in("kim")
    cookie = next(one for one in answer.headers.getlist("Set-Cookie") if "switchboard_session" in one)
    assert cookie.startswith("__Host-switchboard_session=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=")


def test_who_is_logged_in_is_not_asked_again(office: Office) -> None:
    assert office.browser("kim").get("/login?next=/settings").location == "/settings"
