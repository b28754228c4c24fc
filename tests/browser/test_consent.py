"""Consent in a browser: recorded beside a conversation, on a person's page that follows and loses nothing typed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from harness.processes import Stand
from tests.support.office import PASSWORDS

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def stand(demo: Stand) -> Stand:
    """The web process alone, with the demo's sample."""
    return demo.start("web")


def logged_in(stand: Stand, new_context: Callable[..., BrowserContext]) -> Page:
    page = new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.goto(f"{stand.web_url}/login")
    page.get_by_label("Login").fill("demo")
    page.get_by_label("Password").fill(PASSWORDS["ana"])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{stand.web_url}/")
    return page


def test_an_opt_out_by_phone_shows_at_once_where_somebody_types(
    stand: Stand, new_context: Callable[..., BrowserContext]
) -> None:
    reader, writer = logged_in(stand, new_context), logged_in(stand, new_context)
    reader.goto(f"{stand.web_url}/consent?q=amelia")
    reader.locator("a.pers").click()
    expect(reader.locator("#in-force")).to_contain_text("Marketing: Yes.")
    reader.locator(".rec summary").first.click()
    reason = reader.get_by_label("What is wrong with this record").first
    reason.fill("This card")

    writer.goto(f"{stand.web_url}/?tab=all")
    writer.locator("#rows li.conv").filter(has_text="Amelia").locator(".row").click()
    writer.locator("#consent-record").click()
    dialog = writer.locator("#consent-dialog")
    expect(dialog.get_by_role("heading", name="Record what they said")).to_be_visible()
    dialog.get_by_label("They want no more", exact=True).check()
    expect(dialog.get_by_label("What they were shown or told")).to_be_hidden()
    dialog.get_by_label("How", exact=True).select_option("phone")
    dialog.get_by_label("Proof").fill("Called at ten")
    dialog.get_by_role("button", name="Record").click()
    expect(writer.locator("#contact")).to_contain_text("Opted out")

    expect(reader.locator("#in-force")).to_contain_text("They opted out by phone")
    expect(reader.locator("#history")).to_contain_text("Called at ten")
    expect(reader.locator(".rec input[name=reason]:visible")).to_have_value("This card")
