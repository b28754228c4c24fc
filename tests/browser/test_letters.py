"""What a letter means in the inbox: text in an open conversation, a command in the list; and the way back."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import FileChooser, Page, Request, Route, expect

from app.store.database import Database
from app.store.tables import Conversation
from harness.waiting import until
from tests.browser.accessibility import axe
from tests.browser.complaints import Complaints
from tests.browser.holding import hold, wait_for
from tests.browser.test_inbox_pages import LAYLA, OLD, PHONE, database, open_conversation, open_inbox, pytestmark
from tests.support.cast import NOOR, conversation_with, rows
from tests.support.rewriting import rewrite

__all__ = ["database", "open_inbox", "pytestmark"]
PLEASE = "Please wait, are you there? /?jkret"


def states(database: Database) -> set[tuple[str, int | None]]:
    """State and owner of all conversations, each once."""
    return {(row.state, row.assigned_agent_id) for row in rows(database, Conversation)}


def row(page: Page, name: str) -> str:
    """Where the row of somebody is."""
    return f"#{page.locator('#rows li.conv', has_text=name).get_attribute('id')} .row"


def test_what_is_typed_after_opening_is_a_reply(open_inbox: Callable[..., Page], database: Database) -> None:
    page = open_inbox()
    body = page.locator("#body")
    open_conversation(page, "Noor K.")
    page.keyboard.type(PLEASE)
    expect(body).to_have_value(PLEASE)
    # Whatever had the focus in the open conversation.
    for place in ("#thread-title", "#thread-scroll", "#state-change", "#contact-title", "#assign"):
        body.fill("")
        page.locator(place).focus()
        page.keyboard.type(PLEASE)
        expect(body).to_have_value(PLEASE)
    body.fill("")
    page.reload()
    page.wait_for_load_state()
    page.keyboard.type(PLEASE)
    expect(body).to_have_value(PLEASE)
    assert states(database) == {("open", None)}


def test_what_is_typed_while_it_opens_is_a_reply_too(open_inbox: Callable[..., Page], database: Database) -> None:
    page = open_inbox()
    held = hold(page, "**/pane")
    page.locator("#rows .row", has_text="Noor K.").click()
    wait_for(page, held)
    page.keyboard.type("Please wait, ")
    held[0].continue_()
    expect(page.locator("#body")).to_be_focused()
    page.keyboard.type("are you there?")
    expect(page.locator("#body")).to_have_value("Please wait, are you there?")
    assert states(database) == {("open", None)}


def test_letters_do_nothing_where_nothing_can_be_written(open_inbox: Callable[..., Page], database: Database) -> None:
    for login, name in (("ana", "Béatrice"), ("ana", "Priya"), ("otto", "Noor K.")):
        page = open_inbox(login)
        open_conversation(page, name)
        address = page.url
        page.keyboard.type(PLEASE)
        page.locator("#thread-scroll").focus()
        page.keyboard.type(PLEASE)
        assert page.url == address
        expect(page.locator("dialog[open]")).to_have_count(0)
        expect(page.locator("#thread-title")).to_have_text(name)
    assert states(database) == {("open", None)}


def test_a_finger_opens_without_the_keyboard_on_the_screen(open_inbox: Callable[..., Page]) -> None:
    page = open_inbox(viewport=PHONE, has_touch=True)
    page.locator("#rows .row", has_text="Noor K.").tap()
    expect(page.locator("#thread-title")).to_be_focused()
    page.keyboard.type("Now")
    expect(page.locator("#body")).to_have_value("Now")


def test_commands_act_on_what_is_marked_in_the_list(open_inbox: Callable[..., Page], database: Database) -> None:
    page = open_inbox()
    choosers: list[FileChooser] = []
    # Listened to from the start: a key that follows at once overtakes the browser's being told that somebody listens.
    page.on("filechooser", lambda chooser: choosers.append(chooser))
    open_conversation(page, "Noor K.")
    page.keyboard.press("Escape")
    expect(page.locator(row(page, "Noor K."))).to_be_focused()
    page.keyboard.press("m")
    until(lambda: bool(page.title() and choosers))
    assert choosers[0].element.get_attribute("id") == "attach"
    page.keyboard.press("k")
    expect(page.locator("#rows .row:focus")).not_to_have_attribute("aria-current", "true")
    page.locator(row(page, "ليلى")).focus()
    page.keyboard.press("e")
    toast = page.locator(".toast")
    expect(toast).to_contain_text("Conversation with ليلى حداد closed.")
    expect(page.locator("#state-change")).to_have_text("Close")
    assert conversation_with(database, LAYLA).state == "closed"
    assert conversation_with(database, NOOR).state == "open"
    page.keyboard.press("a")
    page.get_by_role("radio", name="Ana Souza (you)").check()
    page.keyboard.press("Enter")
    expect(toast).to_contain_text("Conversation with ليلى حداد: Ana Souza takes care of it now.")
    expect(page.locator("#assign")).to_have_value("")
    assert conversation_with(database, LAYLA).assigned_agent_id == 1
    axe(page)
    page.keyboard.press("r")
    expect(page.locator("#thread-title")).to_have_text("ليلى حداد")
    expect(page.locator("#body")).to_be_focused()


def test_a_command_in_the_list_works_while_nothing_is_open(open_inbox: Callable[..., Page], database: Database) -> None:
    page = open_inbox()
    page.keyboard.press("e")
    page.keyboard.press("a")
    assert states(database) == {("open", None)}
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.locator(".toast")).to_contain_text("Conversation with ليلى حداد closed.")
    page.keyboard.press("t")
    page.locator(row(page, "Béatrice")).focus()
    page.keyboard.press("t")
    page.wait_for_url(f"**/conversations/{conversation_with(database, OLD).id}/template")


def test_what_was_done_is_undone_from_its_toast(open_inbox: Callable[..., Page], database: Database) -> None:
    page = open_inbox()
    open_conversation(page, "Noor K.")
    page.locator("#state-change").click()
    expect(page.locator("#toasts[aria-live=polite]")).to_contain_text("Conversation with Noor K. closed.")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#state-change")).to_have_text("Close")
    assert conversation_with(database, NOOR).state == "open"
    # By keyboard, from where the deed was done; what was undone can be undone.
    page.keyboard.press("Control+z")
    expect(page.locator("#state-change")).to_have_text("Reopen")
    page.locator("#assign").select_option("1")
    expect(page.locator(".toast")).to_have_count(1)
    expect(page.locator(".toast")).to_contain_text("Conversation with Noor K.: Ana Souza takes care of it now.")
    page.locator("#assign").focus()
    undo = page.get_by_role("button", name="Undo")
    undo.focus()
    axe(page)
    undo.press("Enter")
    expect(page.locator("#assign")).to_have_value("")
    expect(page.locator("#assign")).to_be_focused()
    assert conversation_with(database, NOOR).assigned_agent_id is None


def test_an_undo_that_comes_too_late_is_refused_in_words(
    open_inbox: Callable[..., Page], database: Database, complaints: Complaints
) -> None:
    complaints.allow("409")
    page = open_inbox()
    open_conversation(page, "Noor K.")
    page.locator("#state-change").click()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    rewrite(database, conversation_with(database, NOOR), state="open")
    undo.click()
    alert = page.get_by_role("alert")
    expect(alert).to_have_text(
        "Not undone: somebody has changed this conversation meanwhile. It stays as they left it."
    )
    expect(undo).to_have_count(0)


def test_a_toast_waits_while_somebody_is_there_and_goes_after_ten_seconds(open_inbox: Callable[..., Page]) -> None:
    page = open_inbox()
    page.clock.install()
    open_conversation(page, "Noor K.")
    page.locator("#state-change").click()
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    page.clock.run_for(9000)
    expect(undo).to_be_visible()
    undo.focus()
    page.clock.run_for(30000)
    expect(undo).to_be_visible()
    page.locator("#body").focus()
    page.clock.run_for(9000)
    expect(undo).to_be_visible()
    page.clock.run_for(2000)
    expect(undo).to_have_count(0)


def test_a_double_click_is_one(open_inbox: Callable[..., Page], database: Database) -> None:
    page = open_inbox()
    asked: list[str] = []

    def note(request: Request) -> None:
        if (request.method == "POST" and not request.url.endswith("/presence")) or request.url.endswith("/pane"):
            asked.append(request.url.rsplit("/", 1)[1])

    page.on("request", note)
    page.locator("#rows .row", has_text="Noor K.").dblclick()
    expect(page.locator("#body")).to_be_focused()
    page.keyboard.type("e")
    expect(page.locator("#body")).to_have_value("e")
    page.locator("#state-change").dblclick()
    expect(page.locator("#state-change")).to_have_text("Reopen")
    page.get_by_role("button", name="Undo").dblclick()
    expect(page.locator("#state-change")).to_have_text("Close")
    page.locator("#state-change").focus()
    page.keyboard.down("Enter")
    page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    expect(page.locator("#state-change")).to_have_text("Reopen")
    page.go_back()
    expect(page.locator("#thread-title")).to_have_count(0)
    assert sorted(asked) == ["pane", "read", "state", "state", "state"]
    assert states(database) == {("open", None), ("closed", None)}


def test_an_answer_about_one_conversation_does_not_show_in_another(open_inbox: Callable[..., Page]) -> None:
    page = open_inbox()
    open_conversation(page, "Noor K.")
    held: list[Route] = []
    for path in ("**/state", "**/messages"):
        page.route(path, lambda route: held.append(route))
    page.locator("#body").fill("For Noor")
    page.keyboard.press("Control+Enter")
    page.locator("#state-change").click()
    until(lambda: bool(page.title() and len(held) == 2))
    open_conversation(page, "ليلى حداد")
    for route in held:
        route.continue_()
    expect(page.locator(".toast")).to_contain_text("Conversation with Noor K. closed.")
    expect(page.locator("#thread-title")).to_have_text("ليلى حداد")
    expect(page.locator("#state-change")).to_have_text("Close")
    expect(page.locator("#messages")).not_to_contain_text("For Noor")
    expect(page.locator("#body")).to_have_value("")
