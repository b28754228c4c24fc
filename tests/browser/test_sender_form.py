"""A template from a closed conversation, by keyboard, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.store.database import Database
from app.store.tables import Message, Template
from tests.browser.accessibility import axe, axe_in_both_themes
from tests.browser.holding import hold, wait_for
from tests.browser.test_failures import PHONE, WIDE, NewContext, fits, office, open_as_ana, pytestmark
from tests.support.cast import AVA, ago, conversation_with, hear, only, opt_in, rows
from tests.support.listening import Console
from tests.support.rewriting import rewrite
from tests.support.templates import listed, template

__all__ = ["office", "pytestmark"]


class Keys:
    """A keyboard whose strokes are counted."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.count = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.count += 1
            self._page.keyboard.press(key)


@pytest.fixture
def ready(database: Database) -> Template:
    """Ava's window is closed, and the account has some templates."""
    hear(database, "Is it ready?", ProfileName="Amelia Whitcombe")
    opt_in(database)
    rewrite(database, conversation_with(database), last_inbound_at=ago(days=2))
    made = template(database, "Hello {{1}}, your bicycle is ready.", friendly_name="pickup_ready", language="en_US")
    template(database, "Hallo {{1}}, dein Rad ist fertig.", friendly_name="pickup_ready", language="de")
    template(database, "Hello {{1}}, we moved {{2}} to {{3}}.", friendly_name="moved", variables={"2": "the repair"})
    for number in range(30):
        template(database, f"Notice {number} for you.", friendly_name=f"notice_{number}")
    template(database, "Paused.", friendly_name="paused_one", status="paused")
    listed(database)
    return made


def test_from_the_closed_conversation_to_sent_in_under_ten_keys(
    office: Console, new_context: NewContext, database: Database, ready: Template
) -> None:
    page = new_context(viewport=WIDE).new_page()
    there = f"/conversations/{conversation_with(database).id}"
    open_as_ana(office, page, there)
    page.get_by_role("textbox", name="Reply to keep until").focus()
    keys = Keys(page)
    keys.press("Tab", "Tab", "Tab", "Tab")
    expect(page.locator("#send-template")).to_be_focused()
    keys.press("Enter")
    search = page.get_by_role("combobox", name="Template")
    expect(search).to_be_focused()
    # The field has the focus before the scripts are there, and nobody types that fast.
    page.wait_for_load_state()
    keys.press("p", "i", "Enter")
    expect(page.get_by_text("It may be sent.")).to_be_visible()
    expect(page.locator("#template_answer .m__b")).to_contain_text("Hello Amelia, your bicycle is ready.")
    expect(page.get_by_role("button", name="Send the template")).to_be_focused()
    keys.press("Enter")
    expect(page.locator("article.m").last).to_contain_text("Hello Amelia, your bicycle is ready.")
    assert keys.count < 10
    assert only(database, Message, direction="outbound").content_sid == ready.sid


def test_who_types_on_before_the_fields_are_there_sends_nothing(
    office: Console, new_context: NewContext, database: Database, ready: Template
) -> None:
    page = new_context(viewport=WIDE).new_page()
    open_as_ana(office, page, f"/conversations/{conversation_with(database).id}/template")
    for name, filled in (("pickup_ready", "Amelia"), ("moved", "Zoe Kim")):
        page.reload()
        page.wait_for_load_state()
        held = hold(page, "**/template/fields?*")
        page.locator("#template").fill(name)
        expect(page.locator("#template_choices [role=option]").first).to_contain_text(name)
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.keyboard.type("Zoe Kimm")
        page.keyboard.press("Backspace")
        wait_for(page, held)
        page.unroute("**/template/fields?*")
        expect(page.locator("#template_fields [data-value]").first).to_be_visible()
        page.keyboard.type(" ")
        values = page.locator("#template_fields [data-value]").evaluate_all("all => all.map((one) => one.value)")
        assert filled in {value.strip() for value in values}, values
    assert rows(database, Message, direction="outbound") == []


def test_arrows_choose_esc_closes_and_a_value_is_checked_while_it_is_typed(
    office: Console, new_context: NewContext, database: Database, ready: Template
) -> None:
    page = new_context(viewport=WIDE).new_page()
    open_as_ana(office, page, f"/conversations/{conversation_with(database, AVA).id}/template")
    search = page.get_by_role("combobox", name="Template")
    expect(search).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("option").first).to_contain_text("moved")
    search.press_sequentially("no")
    expect(page.get_by_role("option").first).to_contain_text("notice")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    expect(search).to_have_attribute("aria-activedescendant", "choice-2")
    axe(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    search.fill("moved")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    second = page.get_by_label("Variable 2")
    expect(second).to_be_focused()
    expect(second).to_have_value("")
    page.keyboard.type("x")
    page.keyboard.press("Backspace")
    expect(page.get_by_text("Fill this in")).to_be_visible()
    expect(second).to_have_attribute("aria-invalid", "true")
    second.press_sequentially("<b>it</b>")
    page.get_by_label("Variable 3").fill("Friday")
    expect(page.locator("#template_answer .m__b")).to_contain_text("we moved <b>it</b> to Friday.")
    expect(second).not_to_have_attribute("aria-invalid", "true")
    axe(page)
    page.keyboard.press("Enter")
    expect(page.locator("article.m").last).to_contain_text("we moved <b>it</b> to Friday.")


def test_the_form_fits_and_is_accessible(
    office: Console, new_context: NewContext, database: Database, ready: Template
) -> None:
    there = f"/conversations/{conversation_with(database).id}/template"
    for viewport in (WIDE, PHONE):
        page = new_context(viewport=viewport).new_page()
        open_as_ana(office, page, there)
        expect(page.get_by_role("listbox")).to_be_visible()
        assert fits(page)
        axe_in_both_themes(page)
        page.goto(f"{office.web_url}{there}?template={ready.sid}")
        expect(page.get_by_label("Language", exact=True)).to_have_value(ready.sid)
        assert fits(page)
        axe_in_both_themes(page)
