"""What a person decides for themselves."""

from __future__ import annotations

from app.store.tables import Audit
from tests.support.cast import only
from tests.support.office import PASSWORDS, Office

NEW = "thistle pavement choir"


def test_changing_the_password_ends_the_other_browsers_only(office: Office) -> None:
    here, there = office.browser("kim"), office.browser("kim")
    answer = here.post("/settings/password", {"old_password": PASSWORDS["kim"], "new_password": NEW})
    assert answer.status_code == 303
    assert "1 other browser was logged out." in here.get("/settings").text
    assert not there.is_in()
    assert office.browser().log_in("kim").status_code == 401
    assert office.browser().log_in("kim", NEW).status_code == 303
    assert only(office.database, Audit, verb="password.change").actor_name == "Kim Aalto"


def test_the_old_password_is_needed_and_can_not_be_guessed_at_will(office: Office) -> None:
    kim = office.browser("kim")
    for _ in range(5):
        answer = kim.post("/settings/password", {"old_password": "not this one", "new_password": NEW})
        assert answer.status_code == 422
        assert "This is not your password." in answer.text
    answer = kim.post("/settings/password", {"old_password": PASSWORDS["kim"], "new_password": NEW})
    assert answer.status_code == 429
    assert "Wait 15 minutes." in answer.text


def test_a_password_of_eleven_characters_is_refused_before_the_old_one_is_looked_at(office: Office) -> None:
    answer = office.browser("kim").post("/settings/password", {"old_password": "x", "new_password": "elevenchars"})
    assert answer.status_code == 422
    assert "at least 12 characters" in answer.text


def test_theme_zone_and_letters_are_kept_in_the_browser(office: Office) -> None:
    kim = office.browser("kim")
    kim.post("/settings/view", {"theme": "dark", "zone": "Asia/Kathmandu"})
    page = kim.get("/settings").text
    assert '<html lang="en" data-theme="dark">' in page
    assert 'data-letters="off"' in page
    assert "<option selected>Asia/Kathmandu</option>" in page
    assert "+0545" in page
    kim.post("/settings/view", {"theme": "", "zone": "", "letters": "on"})
    page = kim.get("/settings").text
    assert '<html lang="en">' in page
    assert 'data-letters="on"' in page


def test_times_are_in_the_browsers_zone_until_one_is_chosen(office: Office) -> None:
    kim = office.browser("kim")
    assert " UTC" in kim.get("/settings").text
    kim.client.set_cookie("switchboard_browser_zone", "Asia/Tokyo")
    assert " JST" in kim.get("/settings").text


def test_a_zone_that_is_a_path_is_not_opened(office: Office) -> None:
    kim = office.browser("kim")
    for name in ("../../etc/passwd", "/etc/passwd", "Nowhere/Else", "posixrules", "localtime"):
        kim.client.set_cookie("switchboard_zone", name)
        assert " UTC" in kim.get("/settings").text


def test_the_rail_shows_who_one_is_and_where(office: Office) -> None:
    page = office.browser("otto").get("/settings").text
    assert "Otto Brandt" in page
    assert "Auditor" in page
    assert page.count('aria-current="page"') == 2
