"""Login, settings and agents in a real browser: from the first link to the logout."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from harness.processes import Stand
from tests.browser.accessibility import axe
from tests.browser.complaints import Complaints
from tests.support.office import PASSWORDS

LINK = re.compile(r"http://\S+(/login/reset/\S+)")
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
NewContext = Callable[..., BrowserContext]


@pytest.fixture
def stand(make_stand: Callable[..., Stand]) -> Stand:
    """The web process alone, with a database."""
    stand = make_stand()
    stand.command("db", "upgrade")
    return stand.start("web")


def set_first_password(stand: Stand, page: Page) -> None:
    """Ana is added from the shell and sets her password by the link."""
    printed = stand.command("agents", "add", "--login", "ana", "--name", "Ana Souza", "--role", "admin")
    found = LINK.search(printed)
    assert found
    page.goto(stand.web_url + found[1])
    axe(page)
    page.get_by_label("New password").fill(PASSWORDS["ana"])
    page.get_by_role("button", name="Set password").click()
    expect(page.get_by_role("status").filter(has_text="Your password is set.")).to_be_visible()


def log_in(page: Page) -> None:
    page.get_by_label("Login").fill("ana")
    page.get_by_label("Password").fill(PASSWORDS["ana"])
    page.get_by_role("button", name="Log in").click()


def fits(page: Page) -> bool:
    """Nothing sticks out of the page to the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_from_the_first_link_to_the_logout(stand: Stand, new_context: NewContext, complaints: Complaints) -> None:
    complaints.allow("status of 401")
    page = new_context(viewport=WIDE, color_scheme="dark", timezone_id="Asia/Tokyo").new_page()
    set_first_password(stand, page)
    page.goto(f"{stand.web_url}/settings")
    log_in(page)
    expect(page).to_have_url(f"{stand.web_url}/settings")
    expect(page.get_by_label("Time zone")).to_contain_text("As this browser: Asia/Tokyo")

    page.get_by_title("Ana Souza").click()
    page.locator("summary + .pop").get_by_role("button", name="Light or dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    page.keyboard.press("Escape")
    expect(page.get_by_title("Ana Souza")).to_be_focused()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")

    page.get_by_title("Ana Souza").click()
    page.get_by_role("navigation", name="Main").get_by_role("button", name="Log out").click()
    expect(page).to_have_url(f"{stand.web_url}/login")
    page.get_by_label("Login").fill("ana")
    page.get_by_label("Password").fill("not this one")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("alert")).to_contain_text("4 tries left")
    expect(page.get_by_label("Password")).to_be_focused()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_pages_fit_and_are_accessible_wide_and_on_a_phone_light_and_dark(
    stand: Stand, new_context: NewContext, complaints: Complaints
) -> None:
    complaints.allow("status of 404")
    set_first_password(stand, new_context().new_page())
    for viewport in (WIDE, PHONE):
        page = new_context(viewport=viewport, color_scheme="dark" if viewport is WIDE else "light").new_page()
        page.goto(f"{stand.web_url}/settings/agents")
        axe(page)
        log_in(page)
        for path in ("/settings/agents", "/settings", "/nothing-here"):
            page.goto(stand.web_url + path)
            axe(page)
            assert fits(page), (path, viewport)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_new_agents_link_is_shown_and_copied(stand: Stand, new_context: NewContext) -> None:
    context = new_context(viewport=PHONE)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    set_first_password(stand, page)
    page.goto(f"{stand.web_url}/settings/agents")
    log_in(page)
    page.get_by_label("Name").fill("Kim Aalto")
    page.get_by_label("Login").fill("kim")
    page.get_by_role("button", name="Add agent and make link").click()
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator(".toast")).to_contain_text("Link copied")
    assert LINK.fullmatch(page.evaluate("navigator.clipboard.readText()"))
    axe(page)
