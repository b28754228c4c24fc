"""What stands below a message changes by itself, in a real browser, and never under somebody's hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from app.application import create_app
from app.domain.clock import now
from app.settings import Settings
from app.store.database import Database
from app.store.tables import Attempt, Message
from harness.waiting import until
from tests.browser.accessibility import axe
from tests.support.cast import asked_message, begin, only
from tests.support.listening import served
from tests.support.office import PASSWORDS, Office
from tests.support.outcomes import unconfirmed
from tests.support.rewriting import rewrite
from tests.support.twilio import Twilio

WIDE = {"width": 1440, "height": 900}
OVER = "was compared for 15 minutes and did not show it"
# How often something that asks again held back, because it is in use.
HELD = """() => {
  window.held = 0;
  document.addEventListener('htmx:beforeRequest', (event) => { if (event.defaultPrevented) window.held += 1; });
}"""

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def office(database_url: str, make_settings: Callable[..., Settings]) -> Iterator[Office]:
    """The console of this process, where Ana works."""
    office = Office(create_app(make_settings(**{**Twilio.SETTINGS, "DATABASE_URL": database_url})))
    begin(office.database)
    yield office.hire("ana")
    office.database.close()


@pytest.fixture
def open_page(office: Office, new_context: Callable[..., object]) -> Iterator[Callable[[str], Page]]:
    """`open_page(path)`: Ana's browser there."""
    with served(office.application) as port, ExitStack() as browsers:

        def open_page(path: str) -> Page:
            page: Page = new_context(viewport=WIDE).new_page()  # type: ignore[attr-defined]
            # It ends before the server does, whose end it would complain about.
            browsers.callback(page.context.close)
            page.goto(f"http://127.0.0.1:{port}/login?next={path}")
            page.get_by_label("Login").fill("ana")
            page.get_by_label("Password").fill(PASSWORDS["ana"])
            page.get_by_role("button", name="Log in").click()
            page.wait_for_url(f"**{path}")
            page.wait_for_load_state()
            return page

        yield open_page


def looked_soon(database: Database) -> Message:
    """A message that isn't confirmed, and is looked for in a second."""
    message = unconfirmed(database)
    rewrite(database, only(database, Attempt), check_at=now() + timedelta(seconds=1))
    return message


def never_again(database: Database) -> None:
    """The last look found nothing; no event tells so."""
    rewrite(database, only(database, Attempt), check_at=None)


def place(message: Message, where: str) -> tuple[str, str]:
    """The page and the element that shows the message there."""
    if where == "thread":
        return f"/conversations/{message.conversation_id}", f"#m-{message.id}"
    return "/failures", f"#case-{message.id}"


def shown(page: Page, selector: str) -> Locator:
    """The element, once it says when it is looked for again."""
    box = page.locator(selector)
    expect(box).to_contain_text("compared with Twilio's list")
    return box


@pytest.mark.parametrize("where", ["thread", "failures"])
def test_a_look_that_found_nothing_is_told(office: Office, open_page: Callable[[str], Page], where: str) -> None:
    path, selector = place(looked_soon(office.database), where)
    page = open_page(path)
    box = shown(page, selector)
    never_again(office.database)
    expect(box).to_contain_text(OVER, timeout=15_000)
    expect(box.locator("[data-asks-again]")).to_have_count(0)
    expect(box.get_by_role("button", name="Check again")).to_be_visible()
    axe(page)


def test_what_held_up_a_message_is_told_no_longer_than_it_lasts(
    office: Office, open_page: Callable[[str], Page]
) -> None:
    path, _ = place(unconfirmed(office.database), "thread")
    attempt = only(office.database, Attempt)
    # Long enough for a busy machine to open the page.
    rewrite(office.database, attempt, open_until=now() + timedelta(seconds=8))
    waiting = asked_message(office.database, "And this")
    page = open_page(path)
    box = page.locator(f"#m-{waiting.id}")
    expect(box).to_contain_text("at most: the message before it isn't confirmed yet.")
    axe(page)
    expect(box).not_to_contain_text("at most", timeout=30_000)
    expect(box).to_contain_text("Queued")


@pytest.mark.parametrize("where", ["thread", "failures"])
def test_nothing_changes_below_a_button_with_the_focus(
    office: Office, open_page: Callable[[str], Page], where: str
) -> None:
    path, selector = place(looked_soon(office.database), where)
    page = open_page(path)
    box = shown(page, selector)
    page.evaluate(HELD)
    box.get_by_role("button", name="Send again").focus()
    never_again(office.database)
    until(lambda: page.evaluate("window.held"), 15)
    expect(box).not_to_contain_text(OVER)
    expect(box.get_by_role("button", name="Send again")).to_be_focused()
    page.locator("body").evaluate("() => document.activeElement.blur()")
    expect(box).to_contain_text(OVER, timeout=15_000)


def test_nothing_changes_around_a_form_whose_answer_is_on_its_way(
    office: Office, open_page: Callable[[str], Page]
) -> None:
    path, selector = place(looked_soon(office.database), "thread")
    page = open_page(path)
    box = shown(page, selector)
    page.evaluate(HELD)
    on_its_way: list[Route] = []
    page.route("**/it-arrived", lambda route: on_its_way.append(route))
    with page.expect_request("**/it-arrived"):
        box.get_by_role("button", name="It arrived").press("Enter")
    # The button rests, so that nothing in the message has the focus.
    until(lambda: page.evaluate("document.activeElement === document.body && window.held"), 15)
    on_its_way[0].continue_()
    expect(box.get_by_role("button", name="Not sure after all")).to_be_focused()


@pytest.mark.parametrize("where", ["thread", "failures"])
def test_who_pressed_check_again_is_told_what_came_of_it(
    office: Office, open_page: Callable[[str], Page], where: str
) -> None:
    path, selector = place(unconfirmed(office.database), where)
    page = open_page(path)
    box = page.locator(selector)
    box.get_by_role("button", name="Check again").press("Enter")
    expect(box).to_contain_text("being compared with Twilio's list now")
    expect(box.get_by_role("button", name="Check again")).to_be_focused()
    never_again(office.database)
    expect(box).to_contain_text(OVER, timeout=20_000)
    expect(box.get_by_role("button", name="Check again")).to_be_focused()


def test_an_open_timeline_is_left_alone(office: Office, open_page: Callable[[str], Page]) -> None:
    path, selector = place(looked_soon(office.database), "thread")
    page = open_page(path)
    box = shown(page, selector)
    page.evaluate(HELD)
    box.locator("button.tick").click()
    timeline = box.locator(".pop")
    expect(timeline).to_contain_text("Handed to Twilio")
    page.locator("body").evaluate("() => document.activeElement.blur()")
    never_again(office.database)
    until(lambda: page.evaluate("window.held"), 15)
    expect(timeline).to_contain_text("Handed to Twilio")
    page.keyboard.press("Escape")
    page.mouse.move(5, 5)
    page.locator("body").evaluate("() => document.activeElement.blur()")
    expect(box).to_contain_text(OVER, timeout=15_000)
