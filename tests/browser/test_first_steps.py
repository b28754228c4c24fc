"""A newcomer's first minutes: from a database that nobody has used to the first message."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from harness.processes import Stand
from tests.browser.accessibility import axe_in_both_themes
from tests.support.cast import inbound_form
from tests.support.office import PASSWORDS

LINK = re.compile(r"http://\S+(/login/reset/\S+)")
WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
PATIENCE = 30_000

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def stand(make_stand: Callable[..., Stand]) -> Stand:
    """Web, worker and the stand-in for Twilio, on an account that nobody has used."""
    stand = make_stand()
    stand.command("db", "upgrade")
    return stand.start()


def begin(stand: Stand, page: Page) -> None:
    """The first person is added from the shell, sets a password by the link and logs in."""
    printed = stand.command("agents", "add", "--login", "ana", "--name", "Ana Souza")
    found = LINK.search(printed)
    assert found
    page.goto(stand.web_url + found[1])
    page.get_by_label("New password").fill(PASSWORDS["ana"])
    page.get_by_role("button", name="Set password").click()
    page.get_by_label("Login").fill("ana")
    page.get_by_label("Password").fill(PASSWORDS["ana"])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{stand.web_url}/")


def post_with_a_wrong_signature(stand: Stand) -> None:
    form = inbound_form(AccountSid=stand.env["TWILIO_ACCOUNT_SID"])
    asked = urllib.request.Request(
        f"{stand.web_url}/twilio/inbound", urlencode(form).encode(), {"X-Twilio-Signature": "bm90aGluZw=="}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked, timeout=10)
    assert refused.value.code == 403
    refused.value.close()


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["1440", "390"])
def test_the_empty_inbox_leads_to_the_first_message(
    stand: Stand, new_context: Callable[..., BrowserContext], viewport: dict[str, int]
) -> None:
    context = new_context(viewport=viewport)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    begin(stand, page)
    steps = page.locator("#nothing-open")
    expect(steps).to_contain_text("Twilio has not called yet.")
    axe_in_both_themes(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    page.locator("#inbound-url").get_by_role("button", name="Copy").click()
    expect(page.locator(".toast")).to_have_text("Address copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{stand.env['PUBLIC_BASE_URL']}/twilio/inbound#rc=2&rp=5xx,ct,rt"

    # Nothing is exchanged under the pointer or the focus.
    page.locator("h1").first.evaluate("document.activeElement.blur()")
    page.mouse.move(5, 5)
    post_with_a_wrong_signature(stand)
    expect(steps).to_contain_text("signed with another token", timeout=PATIENCE)
    axe_in_both_themes(page)

    phone = context.new_page()
    phone.goto(f"{stand.simulator_url}/?customer=whatsapp:%2B14155550123&name=Ava")
    phone.get_by_role("textbox", name="Message").fill("Hello?")
    phone.keyboard.press("Enter")
    page.bring_to_front()
    expect(steps).to_contain_text("No conversation is open", timeout=PATIENCE)
    page.goto(f"{stand.web_url}/?tab=unassigned")
    expect(page.locator("#rows li.conv")).to_contain_text("Hello?")


def test_the_first_person_is_an_admin(stand: Stand, new_context: Callable[..., BrowserContext]) -> None:
    page = new_context(viewport=WIDE).new_page()
    begin(stand, page)
    page.goto(f"{stand.web_url}/settings/agents")
    expect(page.locator("main")).to_contain_text("Ana Souza")
    assert "kim added as agent." in stand.command("agents", "add", "--login", "kim", "--name", "Kim Aalto")
    page.reload()
    kim = page.locator("li.person", has_text="Kim Aalto")
    expect(kim).to_contain_text("no password yet")
