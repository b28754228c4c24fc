"""Reading a conversation in a real browser: the title, WhatsApp's markup, and what a screen reader is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.application import create_app
from app.domain.media.store import media_store_for
from app.settings import Settings
from app.store.database import Database
from app.store.media import inbound as inbound_media
from app.store.tables import InboundMedia
from app.web.shell.services import services
from simulator.samples import sample
from tests.support.cast import ACCOUNT, NOOR, ago, begin, conversation_with, hear, only, tell
from tests.support.listening import served
from tests.support.office import PASSWORDS, Office
from tests.support.outcomes import accepted
from tests.support.twilio import Twilio

WIDE = {"width": 1440, "height": 900}
# Everything that would be read out by itself, as it changes: by the region's id, and what was in it.
LISTEN = """() => {
  window.heard = [];
  const live = '[aria-live]:not([aria-live=off]), [role=status], [role=alert], [role=log]:not([aria-live=off])';
  new MutationObserver((records) => {
    for (const record of records) {
      const at = record.target.nodeType === 1 ? record.target : record.target.parentElement;
      const region = at && at.closest(live);
      const words = region && region.textContent.replace(/\\s+/g, ' ').trim();
      const last = window.heard[window.heard.length - 1];
      if (!words || (last && last[0] === region.id && last[1] === words)) continue;
      window.heard.push([region.id, words]);
    }
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
}"""

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def office(database_url: str, make_settings: Callable[..., Settings]) -> Iterator[Office]:
    """The console of this process, where Ana works and two customers have written."""
    office = Office(create_app(make_settings(**{**Twilio.SETTINGS, "DATABASE_URL": database_url})))
    begin(office.database)
    office.hire("ana")
    hear(office.database, "Hello from Noor", at=ago(hours=1), From=NOOR, ProfileName="Noor K.")
    hear(office.database, "It is *really* _urgent_\n> you said\n`x=1`", at=ago(minutes=30), ProfileName="Ava Brown")
    yield office
    office.database.close()


@pytest.fixture
def url(office: Office) -> Iterator[str]:
    """Where it is served."""
    with served(office.application) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.fixture
def page(new_context: Callable[..., BrowserContext], url: str) -> Iterator[Page]:
    """Ana's browser at her inbox, which follows."""
    context = new_context(viewport=WIDE)
    page = context.new_page()
    page.goto(f"{url}/login?next=/%3Ftab%3Dall")
    page.get_by_label("Login").fill("ana")
    page.get_by_label("Password").fill(PASSWORDS["ana"])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/?tab=all")
    expect(page.locator("#live-status")).to_have_text("Live")
    yield page
    context.close()


def open_conversation(page: Page, name: str) -> None:
    page.locator("#rows .row", has_text=name).click()
    expect(page.locator("#thread-title")).to_have_text(name)


def heard(page: Page) -> list[Any]:
    found: list[Any] = page.evaluate("window.heard")
    return found


def test_the_title_names_what_is_open(page: Page, url: str) -> None:
    expect(page).to_have_title("Inbox · Switchboard")
    open_conversation(page, "Ava Brown")
    expect(page).to_have_title("Ava Brown · Switchboard")
    open_conversation(page, "Noor K.")
    expect(page).to_have_title("Noor K. · Switchboard")
    page.go_back()
    expect(page.locator("#thread-title")).to_have_text("Ava Brown")
    expect(page).to_have_title("Ava Brown · Switchboard")
    page.reload()
    expect(page).to_have_title("Ava Brown · Switchboard")
    page.goto(f"{url}/?tab=all")
    expect(page).to_have_title("Inbox · Switchboard")


def test_markup_is_seen_and_its_signs_are_copied(page: Page) -> None:
    open_conversation(page, "Ava Brown")
    text = page.locator("article.m .m__b")
    expect(text.locator("strong")).to_have_css("font-weight", "600")
    expect(text.locator("em")).to_have_css("font-style", "italic")
    assert text.locator(".sign").evaluate_all("all => Math.max(...all.map((one) => one.offsetWidth))") == 0
    copied = page.evaluate(
        """() => {
          getSelection().selectAllChildren(document.querySelector('article.m'));
          return getSelection().toString();
        }"""
    )
    assert "It is *really* _urgent_\n> you said\n`x=1`" in copied
    assert "Ava Brown" not in copied


def test_a_voice_note_shows_how_long_it_lasts(page: Page, office: Office) -> None:
    message = hear(
        office.database,
        "",
        ProfileName="Ava Brown",
        NumMedia="1",
        MediaContentType0="audio/ogg",
        MediaUrl0="https://x.example",
    )
    row = only(office.database, InboundMedia, message_id=message.id)
    held, voice = services(office.application), sample("voice")[0]
    media_store_for(held.settings, held.database).write(ACCOUNT, "in/1", voice)
    known = {"state": "fetched", "key": "in/1", "size": len(voice), "stored_type": "audio/ogg", "seconds": 2}
    office.database.write(
        lambda session: inbound_media.update(session, ACCOUNT, row.id or 0, fetched_at=ago(), **known)
    )
    open_conversation(page, "Ava Brown")
    expect(page.locator(f"#m-{message.id} .att")).to_contain_text("0:02")
    expect(page.locator(f"#m-{message.id} audio")).to_have_accessible_name("Voice note, 0:02")


def test_a_status_is_read_out_once(page: Page, office: Office) -> None:
    database: Database = office.database
    ours = accepted(database, "On its way.")
    open_conversation(page, "Ava Brown")
    page.evaluate(LISTEN)
    for status in ("sent", "delivered", "read"):
        tell(database, ours.sid, status)
    expect(page.locator(f"#m-{ours.id} .tick")).to_have_text("Read")
    expect(page.locator("#thread-says")).to_have_text("Read: We: On its way.")
    hear(database, "*Thanks*", ProfileName="Ava Brown")
    expect(page.locator("#thread-says")).to_have_text("Ava Brown: *Thanks*")
    told = heard(page)
    assert {region for region, _words in told} == {"thread-says"}
    assert len(told) == len({words for _region, words in told})
    assert [words for _region, words in told if "Read" in words] == ["Read: We: On its way."]


def test_what_went_wrong_is_read_out_with_its_message(page: Page, office: Office) -> None:
    ours = accepted(office.database, "Your bicycle is ready.")
    open_conversation(page, "Ava Brown")
    page.evaluate(LISTEN)
    tell(office.database, ours.sid, "undelivered", "63024")
    expect(page.locator("#thread-says")).to_contain_text("Your bicycle is ready.")
    assert {region for region, _words in heard(page)} == {"thread-says"}


def test_a_message_of_another_conversation_is_not_read_out(page: Page, office: Office) -> None:
    conversation_with(office.database)
    open_conversation(page, "Ava Brown")
    page.evaluate(LISTEN)
    hear(office.database, "Only for Noor's", From=NOOR, ProfileName="Noor K.")
    expect(page.locator("#rows li.conv", has_text="Only for Noor's")).to_be_visible()
    assert [words for _region, words in heard(page) if "Noor" in words] == []
