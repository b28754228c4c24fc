"""Who goes elsewhere while an answer is on its way stays there: what the answer brings doesn't fetch the focus back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FilePayload, Page, expect

from app.store.database import Database
from tests.browser.complaints import Complaints
from tests.browser.holding import hold, wait_for
from tests.browser.test_failures import WIDE, NewContext, office, open_as_ana, pytestmark
from tests.support.cast import ago, conversation_with, hear, opt_in
from tests.support.hosted import picture
from tests.support.listening import Console
from tests.support.rewriting import rewrite
from tests.support.templates import listed, template

__all__ = ["office", "pytestmark"]

SETTLED = """target => { window.settled = new Promise((settle) => document.addEventListener('htmx:afterSettle',
    (event) => { if (event.detail.target.id === target) setTimeout(settle); })); }"""


def reply(page: Page) -> None:
    page.locator("#body").fill("On its way")
    page.keyboard.press("Control+Enter")


def open_row(page: Page) -> None:
    page.locator("#rows .row").click()


def attach_hosted(page: Page) -> None:
    page.locator("#attach-hosted").click()
    page.locator("#media-dialog [data-attach]").first.click()


def assign(page: Page) -> None:
    page.locator("#assign-open").click()


def choose_hosted(page: Page) -> None:
    page.locator("#attach-hosted").click()


def add_field(page: Page) -> None:
    page.locator("#field-forms input[name=name]:not([type=hidden])").fill("order")
    page.locator("#field-forms form").last.locator("input[name=value]").fill("4711")
    page.keyboard.press("Enter")


def add_label(page: Page) -> None:
    page.locator("#labels input[name=label]:not([type=hidden])").fill("vip")
    page.keyboard.press("Enter")


def pick(page: Page) -> None:
    page.locator("#template").fill("notice")
    expect(page.locator("#template_choices [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")


def open_file(page: Page) -> None:
    page.locator("#files").get_by_role("link", name="wheel.png").click()


@pytest.fixture
def page(office: Console, new_context: NewContext, database: Database) -> Page:
    """Ana's browser; one customer has written, one template and one file are there."""
    hear(database, "Is it ready?", ProfileName="Amelia Whitcombe")
    opt_in(database)
    template(database, "Notice for {{1}}.", friendly_name="notice")
    listed(database)
    page = new_context(viewport=WIDE).new_page()
    open_as_ana(office, page, "/media")
    page.set_input_files("#file", [FilePayload(name="wheel.png", mimeType="image/png", buffer=picture())])
    expect(page.locator("#files")).to_contain_text("wheel.png")
    return page


@pytest.mark.parametrize(
    ("there", "act", "asks", "target", "elsewhere"),
    [
        ("/conversations/{}?tab=all", reply, "**/messages", "composer", "#rows .row"),
        ("/conversations/{}?tab=all", reply, "**/messages", "composer", "#search"),
        ("/conversations/{}?tab=all", assign, "**/assign", "assign-dialog", "#body"),
        ("/conversations/{}?tab=all", choose_hosted, "**/media/choose?*", "media-dialog", "#search"),
        ("/consent/people/{contact}", add_field, "**/fields", "field-forms", "textarea[name=proof], input[name=proof]"),
        ("/consent/people/{contact}", add_label, "**/labels", "labels", "textarea[name=proof], input[name=proof]"),
        ("/?tab=all", open_row, "**/pane", "pane", "#search"),
        ("/conversations/{}/template", pick, "**/template/fields?*", "template_fields", ".rail a[data-go]"),
        ("/media", open_file, "**/media/*", "media-file", "#media-filter input[name=q]"),
    ],
)
def test_the_focus_stays_where_somebody_went_meanwhile(
    office: Console,
    page: Page,
    database: Database,
    there: str,
    act: Callable[[Page], None],
    asks: str,
    target: str,
    elsewhere: str,
) -> None:
    conversation = conversation_with(database)
    if act is pick:
        rewrite(database, conversation, last_inbound_at=ago(days=2))
    page.goto(office.web_url + there.format(conversation.id, contact=conversation.contact_id))
    page.wait_for_load_state()
    held = hold(page, asks)
    act(page)
    wait_for(page, held)
    page.locator(elsewhere).first.focus()
    page.evaluate(SETTLED, target)
    held[0].continue_()
    page.evaluate("settled")
    expect(page.locator(elsewhere).first).to_be_focused()
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_what_was_typed_before_somebody_went_on_is_in_the_reply(office: Console, page: Page) -> None:
    page.goto(f"{office.web_url}/?tab=all")
    page.wait_for_load_state()
    held = hold(page, "**/pane")
    open_row(page)
    wait_for(page, held)
    page.keyboard.type("One moment")
    page.locator("#search").click()
    held[0].continue_()
    expect(page.locator("#body")).to_have_value("One moment")
    expect(page.locator("#search")).to_be_focused()


def test_letters_are_commands_at_once_after_a_reply(office: Console, page: Page, database: Database) -> None:
    """Sent, Esc, e: the conversation is closed, and no letter goes into the next reply."""
    page.goto(f"{office.web_url}/conversations/{conversation_with(database).id}?tab=all")
    page.wait_for_load_state()
    held = hold(page, "**/messages")
    reply(page)
    wait_for(page, held)
    page.keyboard.press("Escape")
    page.evaluate(SETTLED, "composer")
    held[0].continue_()
    page.evaluate("settled")
    page.keyboard.press("e")
    expect(page.locator("#state-change")).to_have_text("Reopen")
    expect(page.locator("#body")).to_have_value("")


def test_labels_leave_alone_what_is_being_written(
    office: Console, page: Page, database: Database, complaints: Complaints
) -> None:
    complaints.allow("422")
    page.goto(f"{office.web_url}/consent/people/{conversation_with(database).contact_id}")
    page.wait_for_load_state()
    proof, label = page.locator("[name=proof]").first, page.locator("#labels input[name=label]:not([type=hidden])")
    proof.fill("heard by phone")
    for typed, said in (("vip", "vip"), ("vip", "They have this label."), (" ", "Write a label.")):
        label.fill(typed)
        page.keyboard.press("Enter")
        expect(page.locator("#labels")).to_contain_text(said)
        expect(label).to_be_focused()
    page.get_by_role("button", name="Take away vip").click()
    expect(page.locator("#labels .badge")).to_have_count(0)
    expect(label).to_be_focused()
    expect(proof).to_have_value("heard by phone")


def test_the_next_label_may_be_typed_before_the_answer_to_the_last(
    office: Console, page: Page, database: Database
) -> None:
    page.goto(f"{office.web_url}/consent/people/{conversation_with(database).contact_id}")
    page.wait_for_load_state()
    held = hold(page, "**/labels")
    add_label(page)
    wait_for(page, held)
    page.keyboard.type("gold")
    held[0].continue_()
    expect(page.locator("#labels .badge")).to_have_text("vip")
    label = page.locator("#labels input[name=label]:not([type=hidden])")
    expect(label).to_have_value("gold")
    expect(label).to_be_focused()


def test_the_focus_follows_who_waits_for_the_answer(office: Console, page: Page, database: Database) -> None:
    page.goto(f"{office.web_url}/conversations/{conversation_with(database).id}?tab=all")
    page.wait_for_load_state()
    attach_hosted(page)
    expect(page.locator("#attached li")).to_have_count(1)
    expect(page.locator("#body")).to_be_focused()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("article.m--out")).to_have_count(1)
    expect(page.locator("#body")).to_be_focused()
