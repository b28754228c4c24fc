"""The policy that forbids inline styles holds whatever is done, and the browser has nothing to complain of."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.domain.actor import command
from app.domain.agents import passwords, people
from app.store.database import Database
from tests.support.cast import ACCOUNT, NOOR, ago, conversation_with, hear
from tests.support.listening import Console
from tests.support.office import PASSWORDS
from tests.support.outcomes import unconfirmed, undelivered

WIDE = {"width": 1440, "height": 900}

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def page(console: Console, database: Database, new_context: Callable[..., BrowserContext]) -> Page:
    """Ana's browser at Ava's conversation."""
    made = passwords.hashed(PASSWORDS["ana"], "ana")
    database.write(lambda session: people.add(session, command(ACCOUNT), "ana", "Ana Souza", "admin", made))
    hear(database, "Hello from Noor", at=ago(minutes=5), From=NOOR, ProfileName="Noor K.")
    hear(database, "Hello from Ava", ProfileName="Ava")
    page = new_context(viewport=WIDE).new_page()
    path = f"/conversations/{conversation_with(database).id}"
    page.goto(f"{console.web_url}/login?next={path}")
    page.get_by_label("Login").fill("ana")
    page.get_by_label("Password").fill(PASSWORDS["ana"])
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(console.web_url + path)
    # Before its scripts are there, a form is sent as any other.
    page.wait_for_load_state("load")
    return page


# What extensions do to fields, the browser to one that is pulled taller, and Playwright for a screenshot.
WRITE_STYLES = """() => {
  for (const element of document.querySelectorAll('[id]')) element.style.caretColor = 'transparent';
}"""


def test_a_style_that_somebody_else_wrote_is_not_copied_by_a_swap(page: Page) -> None:
    page.evaluate(WRITE_STYLES)
    page.locator("#body").fill("A long answer")
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#messages")).to_contain_text("A long answer")
    expect(page.locator("#body")).to_have_value("")
    page.evaluate(WRITE_STYLES)
    page.locator("#state-change").click()
    expect(page.locator("#state-change")).to_contain_text("Reopen")
    page.locator("#tab-closed").click()
    expect(page.locator("#tab-closed")).to_have_attribute("aria-current", "page")
    page.evaluate(WRITE_STYLES)
    page.locator("#tab-all").click()
    page.locator("#rows .row", has_text="Noor K.").click()
    expect(page.locator("#thread-title")).to_have_text("Noor K.")
    page.go_back()
    expect(page.locator("#thread-title")).to_have_text("Ava")
    page.go_forward()
    expect(page.locator("#thread-title")).to_have_text("Noor K.")


# What Forward does right after Back, while the page that Back asked for is still loading.
MOVED_ON = "document.addEventListener('DOMContentLoaded', () => history.replaceState({htmx: true}, '', '%s'))"


def test_the_conversation_that_the_address_names_is_shown(page: Page, database: Database) -> None:
    noors = f"/conversations/{conversation_with(database, NOOR).id}"
    page.add_init_script(MOVED_ON % noors)
    page.reload()
    expect(page.locator("#thread-title")).to_have_text("Noor K.")
    assert page.url.endswith(noors)


def test_a_decision_in_a_bubble_and_in_a_line(page: Page, database: Database) -> None:
    message, failed = unconfirmed(database), undelivered(database, "63019", customer=NOOR)
    page.reload()
    page.evaluate(WRITE_STYLES)
    page.locator(f"#m-{message.id}").get_by_role("button", name="Check again").click()
    expect(page.locator(f"#m-{message.id}")).to_contain_text("being compared with Twilio's list now")
    page.goto(page.url[: page.url.index("/conversations")] + "/failures/63019")
    page.evaluate(WRITE_STYLES)
    page.locator(f"#case-{failed.id}").get_by_role("button", name="Send again").click()
    expect(page.locator(f"#case-{failed.id}")).to_contain_text("It was sent again.")
