"""Every page on every screen: axe finds nothing, what is pressed is large enough, and nothing sticks out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from harness.processes import Stand
from tests.browser.accessibility import axe, axe_in_both_themes
from tests.browser.complaints import Complaints
from tests.support.office import PASSWORDS

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PAGES = (
    "/",
    "/?tab=all",
    "/?tab=closing",
    "/?q=bicycle",
    "/messages/new",
    "/feed",
    "/failures",
    "/journal",
    "/consent",
    "/consent?state=out",
    "/reports?days=30",
    "/settings",
    "/settings/agents",
    "/audit",
    "/media/incoming",
    "/consent/import",
    "/templates",
    "/templates/new",
    "/runs/new",
    "/nothing-here",
)
# The first of each that these pages link to.
LINKED = (
    r"/failures/\w+",
    r"/failures/\w+/template",
    r"/journal/\d+",
    r"/templates/\d+",
    r"/consent/people/\d+",
    r"/messages/\d+/again[^\"]*",
)
# Everything that a page folds away.
UNFOLD = "for (const fold of document.querySelectorAll('main details')) fold.open = true"


@pytest.fixture
def stand(demo: Stand) -> Stand:
    """The web process alone."""
    return demo.start("web")


@pytest.fixture
def page(stand: Stand, new_context: Callable[..., BrowserContext], complaints: Complaints) -> Page:
    """A browser that is logged in."""
    complaints.allow("status of 404")
    page = new_context(viewport=WIDE).new_page()
    page.goto(f"{stand.web_url}/login")
    axe(page)
    page.get_by_label("Login").fill("demo")
    page.get_by_label("Password").fill(PASSWORDS["ana"])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{stand.web_url}/")
    return page


def look(page: Page, address: str) -> str:
    """Open the page with all that it folds away, check it on each screen in each theme, and return its HTML."""
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.goto(address)
    page.wait_for_load_state()
    html = page.content()
    page.evaluate(UNFOLD)
    for viewport in (WIDE, PHONE):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
        # What scrolls is inside: the page itself is as high as the screen, whatever only a screen reader sees.
        if page.locator(".app").count():
            assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), address
        axe_in_both_themes(page)
    return html


@pytest.mark.timeout(600)
def test_nothing_is_found_on_any_page(page: Page, stand: Stand) -> None:
    seen = "".join(look(page, stand.web_url + path) for path in PAGES)
    for pattern in LINKED:
        found = re.search(rf'href="({pattern})"', seen)
        assert found, pattern
        look(page, stand.web_url + found[1].replace("&amp;", "&"))


@pytest.mark.timeout(600)
def test_nothing_is_found_in_any_kind_of_conversation(page: Page, stand: Stand) -> None:
    page.goto(f"{stand.web_url}/?tab=all")
    rows = page.locator("#rows li.conv")
    # Pictures, a voice note and a failure, a hidden number, an opt-out, what is not confirmed.
    for name in ("Camille", "Lucía", "Noor", "Leo Marsh", "Marcus"):
        page.goto(f"{stand.web_url}/?tab=all")
        number = rows.filter(has_text=name).get_attribute("data-conversation")
        look(page, f"{stand.web_url}/conversations/{number}")
