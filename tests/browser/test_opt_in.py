"""The opt-in page and its settings: axe finds nothing, nothing sticks out, and it works without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from harness.processes import Stand
from tests.browser.accessibility import axe
from tests.browser.complaints import Complaints
from tests.browser.test_first_steps import PHONE, WIDE, begin

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TEXTS = {
    "slug": "news",
    "business": "Acme",
    "privacy_url": "https://acme.example/privacy",
    "wording-0-language": "en",
    "wording-0-title": "News from Acme",
    "wording-0-text": "Acme would like to write to you on WhatsApp.",
    "wording-0-box-service": "Yes, Acme may write to me about my orders.",
    "wording-0-box-marketing": "Yes, Acme may send me offers, once a week at most.",
    "wording-0-stop": "Write STOP at any time, and nothing more comes.",
}


def look(page: Page) -> None:
    """Check the page on each screen in each theme."""
    for viewport in (WIDE, PHONE):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            axe(page)


@pytest.fixture
def stand(make_stand: Callable[..., Stand]) -> Stand:
    """The web process alone, on an account that nobody has used."""
    stand = make_stand()
    stand.command("db", "upgrade")
    return stand.start("web")


@pytest.mark.timeout(300)
def test_a_form_is_published_and_filled_in(
    stand: Stand, new_context: Callable[..., BrowserContext], complaints: Complaints
) -> None:
    complaints.allow("status of 422")
    admin = new_context(viewport=WIDE, reduced_motion="reduce").new_page()
    begin(stand, admin)
    admin.goto(f"{stand.web_url}/settings/opt-in-forms/new")
    admin.get_by_role("button", name="Publish").click()
    admin.get_by_role("alert").wait_for()
    look(admin)
    for name, text in TEXTS.items():
        admin.locator(f"[name='{name}']").fill(text)
    for name in ("service", "marketing"):
        admin.locator(f"[name='purpose-{name}']").check()
    admin.get_by_role("button", name="Publish").click()
    admin.get_by_text("Published.").wait_for()
    look(admin)

    reader = new_context(viewport=WIDE, reduced_motion="reduce").new_page()
    reader.goto(f"{stand.web_url}/opt-in/news")
    look(reader)
    reader.get_by_role("button", name="Send").click()
    reader.get_by_role("alert").wait_for()
    look(reader)

    visitor = new_context(viewport=PHONE, java_script_enabled=False).new_page()
    visitor.goto(f"{stand.web_url}/opt-in/news")
    visitor.get_by_label("Your WhatsApp number").fill("0170 1234567")
    visitor.get_by_role("button", name="Send").click()
    visitor.get_by_role("alert").wait_for()
    assert visitor.get_by_label("Your WhatsApp number").get_attribute("aria-invalid") == "true"
    visitor.get_by_label("Your WhatsApp number").fill("+44 20 7946 0018")
    visitor.get_by_label(TEXTS["wording-0-box-marketing"]).check()
    visitor.get_by_role("button", name="Send").click()
    visitor.get_by_role("heading", name="Thank you").wait_for()
