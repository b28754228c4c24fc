"""A reply that is kept until the customer answers, and a window that closes while somebody types."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, expect

from app.store.database import Database
from app.store.tables import Conversation, Message
from tests.browser.accessibility import axe
from tests.browser.complaints import Complaints
from tests.browser.test_live import context, elsewhere, office, opened, pytestmark, url
from tests.support.cast import again, ago, claimed, hear, only
from tests.support.rewriting import rewrite

__all__ = ["context", "elsewhere", "office", "pytestmark", "url"]
OLD = "whatsapp:+33199002754"


def test_a_reply_waits_can_be_called_off_by_keyboard_and_goes_out_when_they_answer(
    context: BrowserContext, url: str, elsewhere: Database, complaints: Complaints
) -> None:
    complaints.allow("422")
    there = hear(elsewhere, "Is it ready?", at=ago(days=2), From=OLD).conversation_id
    page = opened(context, f"{url}/conversations/{there}?tab=all")
    body = page.get_by_role("textbox", name="Reply to keep")
    body.fill("It is, from noon on.")
    body.press("Control+Enter")
    bubble = page.locator("article.m--out")
    expect(bubble).to_contain_text("Waits for their answer")
    expect(page.locator("#reply-waits")).to_contain_text("It is, from noon on.")
    expect(body).to_have_value("")
    axe(page)

    bubble.get_by_role("button", name="Don't send it").focus()
    page.keyboard.press("Enter")
    expect(bubble).to_contain_text("somebody here called it off")
    expect(page.locator("#reply-waits")).to_have_count(0)

    body.fill("From two on.")
    page.get_by_role("button", name="Keep my reply until they answer").click()
    expect(page.locator("article.m--out")).to_have_count(2)
    body.fill("From three on.")
    page.get_by_role("button", name="Keep my reply until they answer").click()
    expect(page.locator("#composer [role=alert]")).to_contain_text("Another reply waits")
    expect(body).to_have_value("From three on.")
    page.get_by_role("button", name="Replace the waiting reply").click()
    expect(page.locator("#reply-waits")).to_contain_text("From three on.")
    expect(page.locator("article.m--out")).to_have_count(3)
    expect(page.locator("article.m--out").nth(1)).to_contain_text("another reply was kept in its place")

    answer = hear(elsewhere, "And?", From=OLD)
    expect(page.locator("[data-composer=open]")).to_be_visible()
    (outgoing,) = claimed(elsewhere)
    assert outgoing.body == "From three on."
    expect(page.locator("article.m--out").last).to_contain_text("Sending")
    page.reload()
    expect(page.locator("article.m").nth(-2)).to_have_id(f"m-{answer.id}")
    expect(page.locator("article.m").last).to_contain_text("Kept until they answered")


def test_what_is_typed_when_the_window_closes_stays_in_the_field_and_is_kept(
    context: BrowserContext, url: str, elsewhere: Database
) -> None:
    there = hear(elsewhere, "Is it ready?", From=OLD).conversation_id
    page = opened(context, f"{url}/conversations/{there}?tab=all")
    # Where the browser keeps nothing either.
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('full'); }; }")
    body = page.locator("#body")
    body.press_sequentially("It is, from noon")
    body.evaluate("area => area.setSelectionRange(2, 5)")
    rewrite(elsewhere, only(elsewhere, Conversation, id=there), last_inbound_at=ago(days=2))
    page.evaluate("() => window.SwitchboardInbox.refreshComposer()")
    expect(page.locator("[data-composer=closed]")).to_be_visible()
    expect(body).to_have_value("It is, from noon")
    expect(body).to_be_focused()
    assert body.evaluate("area => [area.selectionStart, area.selectionEnd]") == [2, 5]
    body.press("End")
    body.press_sequentially(" on")
    body.press("Control+Enter")
    expect(page.locator("article.m--out")).to_contain_text("Waits for their answer")
    (kept,) = [only(elsewhere, Message, origin="kept_reply")]
    assert (again(elsewhere, kept).body, kept.state) == ("It is, from noon on", "held")
