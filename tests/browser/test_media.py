"""The media page and the files of the composer in a browser: choice, drop, paste, Cancel, reload, keyboard; and axe."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from app.store.database import Database
from app.store.tables import Message
from tests.browser.accessibility import axe_in_both_themes
from tests.browser.complaints import Complaints
from tests.browser.test_failures import PHONE, WIDE, NewContext, fits, office, open_as_ana, pytestmark
from tests.support.cast import ago, conversation_with, hear, rows
from tests.support.hosted import picture
from tests.support.listening import Console

__all__ = ["office", "pytestmark"]
PASTE = """(bytes) => {
  const carried = new DataTransfer();
  carried.items.add(new File([new Uint8Array(bytes)], 'pasted.png', { type: 'image/png' }));
  document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: carried, bubbles: true, cancelable: true }));
}"""
DROP = """(bytes) => {
  const carried = new DataTransfer();
  carried.items.add(new File([new Uint8Array(bytes)], 'dropped.png', { type: 'image/png' }));
  for (const name of ['dragover', 'drop']) {
    document.body.dispatchEvent(new DragEvent(name, { dataTransfer: carried, bubbles: true, cancelable: true }));
  }
}"""


def file(name: str, content: bytes | None = None) -> FilePayload:
    return {"name": name, "mimeType": "image/png", "buffer": picture() if content is None else content}


def look(page: Page) -> None:
    """Check the page on each screen in each theme."""
    for viewport in (PHONE, WIDE):
        page.set_viewport_size({"width": viewport["width"], "height": viewport["height"]})
        assert fits(page), page.url
        axe_in_both_themes(page)


@pytest.fixture
def page(new_context: NewContext) -> Page:
    """A wide window."""
    return new_context(viewport=WIDE).new_page()


def test_files_are_chosen_dropped_and_pasted_and_what_was_half_way_is_offered_again(
    office: Console, page: Page, complaints: Complaints
) -> None:
    complaints.allow("422")
    open_as_ana(office, page, "/media")
    page.set_input_files("#file", [file("wheel.png"), file("empty.png", b"")])
    expect(page.locator(".upload", has_text="Ready to send")).to_contain_text("wheel.png")
    expect(page.locator(".upload", has_text="Cannot be sent")).to_contain_text("This file is empty")
    page.evaluate(DROP, list(picture()))
    expect(page.locator(".upload", has_text="dropped.png")).to_contain_text("Ready to send")
    page.evaluate(PASTE, list(picture()))
    expect(page.locator(".upload", has_text="pasted.png")).to_contain_text("Ready to send")
    expect(page.locator("#files tbody tr")).to_have_count(3)
    expect(page.locator("#media-count")).to_have_text("3 files that messages can carry")
    look(page)
    held: list[Route] = []
    page.route("**/media", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    page.set_input_files("#file", [file("slow.png"), file("unwanted.png")])
    page.locator(".upload", has_text="unwanted.png").get_by_role("button", name="Cancel").click()
    expect(page.locator(".upload", has_text="unwanted.png")).to_have_count(0)
    expect(page.locator(".upload", has_text="slow.png")).to_be_visible()
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    half = page.locator(".upload", has_text="slow.png")
    expect(half).to_contain_text("half-way when the page was left")
    expect(page.locator(".upload")).to_have_count(1)
    page.unroute("**/media")
    half.get_by_role("button", name="Upload again").click()
    expect(page.locator(".upload", has_text="slow.png")).to_contain_text("Ready to send")


def test_a_file_is_opened_and_linked_to(office: Console, page: Page) -> None:
    open_as_ana(office, page, "/media")
    page.set_input_files("#file", [file("wheel.png")])
    page.locator("#files").get_by_role("link", name="wheel.png").click()
    expect(page.locator("#media-title")).to_be_focused()
    page.get_by_role("button", name="Make a temporary URL").click()
    expect(page.locator("#media-file [data-until]")).to_have_text(re.compile(r"1[45]:[0-9]{2}"))
    look(page)
    page.get_by_role("button", name="Revoke").click()
    expect(page.locator("#media-file [data-until]")).to_have_count(0)


def test_files_are_attached_to_what_is_kept_and_stay_while_the_page_is_renewed(
    office: Console, page: Page, database: Database
) -> None:
    there = hear(database, at=ago(days=2)).conversation_id
    open_as_ana(office, page, f"/conversations/{there}")
    page.set_input_files("#attach", [file("wheel.png"), file("brake.png")])
    expect(page.locator("#attached [data-attached]")).to_have_count(2)
    hear(database, "Late", at=ago(days=1, hours=6))
    expect(page.locator("#messages")).to_contain_text("Late")
    expect(page.locator("#attached [data-attached]")).to_have_count(2)
    look(page)
    page.get_by_role("button", name="Keep my reply until they answer").click()
    expect(page.locator("#reply-waits")).to_contain_text("2 files")
    expect(page.locator(".together")).to_contain_text("2 wait for their answer")
    expect(page.locator("#attached [data-attached]")).to_have_count(0)
    page.get_by_role("button", name="Don't send them").first.click()
    expect(page.locator("#reply-waits")).to_have_count(0)
    assert {message.reason for message in rows(database, Message, direction="outbound")} == {"called_off"}


def test_files_are_attached_and_taken_out_by_keyboard_and_go_as_messages(
    office: Console, page: Page, database: Database
) -> None:
    hear(database)
    there = conversation_with(database).id
    open_as_ana(office, page, f"/conversations/{there}")
    page.set_input_files("#attach", [file("wheel.png"), file("brake.png"), file("wrong.png")])
    expect(page.locator("#attached [data-attached]")).to_have_count(3)
    page.get_by_role("button", name="Take wrong.png out").focus()
    page.keyboard.press("Delete")
    expect(page.locator("#attached [data-attached]")).to_have_count(2)
    expect(page.locator("#attached-say")).to_have_text("Goes as 2 messages, in this order.")
    page.fill("#body", "Both of them")
    page.reload()
    expect(page.locator("#attached [data-attached]")).to_have_count(2)
    expect(page.locator("#body")).to_have_value("Both of them")
    look(page)
    page.focus("#body")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".together")).to_contain_text("2 messages sent together: 2 wait to leave")
    expect(page.locator("#attached [data-attached]")).to_have_count(0)
    page.get_by_role("button", name="Cancel what has not left").click()
    expect(page.locator(".together")).to_contain_text("2 were cancelled")
    assert {message.reason for message in rows(database, Message, direction="outbound")} == {"undone"}
