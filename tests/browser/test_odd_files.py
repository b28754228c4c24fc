"""Every file of the corpus, received, kept, and opened in a real browser: none of them does anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Error, Page, expect

from app.application import create_app
from app.domain.media import arrivals, names
from app.settings import Settings
from app.store.media import inbound as inbound_media
from app.store.tables import InboundMedia
from app.web.messages.attachments import INLINE
from app.web.shell.services import services
from tests.support.cast import ACCOUNT, ago, begin, hear, only
from tests.support.listening import served
from tests.support.odd.files import Odd, corpus, picture
from tests.support.office import PASSWORDS, Office
from tests.support.twilio import Twilio

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
RAN = "() => Boolean(window.ran) || document.title === 'ran'"


@pytest.fixture
def office(database_url: str, make_settings: Callable[..., Settings], tmp_path: Path) -> Iterator[Office]:
    """The console of this process, where Ana works."""
    told = {**Twilio.SETTINGS, "DATABASE_URL": database_url, "MEDIA_STORE": f"file:{tmp_path / 'media'}"}
    office = Office(create_app(make_settings(**told)))
    begin(office.database)
    office.hire("ana")
    yield office
    office.database.close()


@pytest.fixture
def url(office: Office) -> Iterator[str]:
    """Where it is served."""
    with served(office.application) as port:
        yield f"http://127.0.0.1:{port}"


def received(office: Office, odd: Odd) -> InboundMedia:
    """The file as it comes: kept under what it is."""
    message = hear(
        office.database, "", ProfileName="Ava", NumMedia="1", MediaContentType0=odd.said, MediaUrl0="https://x.example"
    )
    row = only(office.database, InboundMedia, message_id=message.id)
    store = services(office.application).media_store
    kept = arrivals.keep(store, ACCOUNT, f"in/{row.id}", odd.content, odd.said, odd.name)
    values = {
        "state": "fetched",
        "key": kept.key,
        "size": kept.size,
        "stored_type": kept.content_type,
        "details": kept.details,
        "fetched_at": ago(),
    }
    office.database.write(lambda session: inbound_media.update(session, ACCOUNT, row.id or 0, **values))
    return only(office.database, InboundMedia, id=row.id)


def logged_in(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(f"{url}/login?next=/settings")
    page.get_by_label("Login").fill("ana")
    page.get_by_label("Password").fill(PASSWORDS["ana"])
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url("**/settings")
    return page


def opened(context: BrowserContext, address: str) -> tuple[bool, bool]:
    """Whether it was shown rather than handed over, and whether anything in it ran."""
    page = context.new_page()
    said: list[str] = []

    def hear_it(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", hear_it)
    try:
        page.goto(address, wait_until="load")
    except Error as error:
        if "Download is starting" not in str(error) and "ERR_ABORTED" not in str(error):
            raise
        return False, bool(said)
    else:
        return True, bool(said) or bool(page.evaluate(RAN))
    finally:
        page.close()


def test_none_of_the_odd_files_runs_anything(office: Office, url: str, browser: Browser) -> None:
    # Not the context that fails on complaints: the browser complains of each script that it was told to block.
    context = browser.new_context(accept_downloads=False)
    logged_in(context, url)
    ran, shown = [], []
    for odd in corpus():
        row = received(office, odd)
        name = names.as_given(odd.name) or "file"
        was_shown, did_run = opened(context, f"{url}/files/{row.id}/{quote(name, safe='')}")
        if did_run:
            ran.append(odd.label)
        if was_shown:
            shown.append((odd.label, row.stored_type))
    context.close()
    assert ran == []
    assert [(label, kind) for label, kind in shown if kind not in INLINE] == []
    assert ("jpeg and page", "image/jpeg") in shown


def test_pictures_open_in_large_and_follow_the_arrows(
    office: Office, url: str, new_context: Callable[..., BrowserContext]
) -> None:
    for label in ("one", "two"):
        received(office, Odd(label, picture("JPEG"), "image/jpeg", "a.jpg", "image/jpeg"))
    context = new_context(viewport={"width": 1440, "height": 900})
    page = logged_in(context, url)
    page.goto(f"{url}/?tab=all")
    page.locator("#rows .row", has_text="Ava").click()
    pictures = page.locator("#messages [data-lightbox]")
    expect(pictures).to_have_count(2)
    first, second = pictures.nth(0), pictures.nth(1)
    first.focus()
    page.keyboard.press("Enter")
    dialog, large = page.locator("#lightbox"), page.locator("#lightbox-picture")
    expect(dialog).to_be_visible()
    expect(large).to_have_attribute("src", re.compile("/files/1/"))
    page.keyboard.press("ArrowRight")
    expect(page.locator("#lightbox-next")).to_be_disabled()
    expect(large).to_have_js_property("naturalWidth", 12)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(second).to_be_focused()
    context.close()
