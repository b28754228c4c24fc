"""Every file of the corpus, received, kept, and opened in a real browser: none of them does anything."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, BrowserContext, Dialog, Error, Page, expect

from app.application import create_app
from app.domain.media import arrivals, names
from app.domain.media.grants import MediaLinks
from app.domain.media.outgoing import ACCEPTED
from app.settings import Settings
from app.store.database import Session
from app.store.media import hosted as hosted_files
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
    office.finish_receipts()
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


def hosted(office: Office, row: InboundMedia, name: str) -> str:
    """The temporary URL of the same bytes, as if we had taken them: as their type, whatever that is."""
    columns = {"content_type": row.stored_type, "size": row.size, "key": row.key, "author_kind": "agent"}
    at = ago()

    def write(session: Session) -> int:
        number = hosted_files.add_file(session, ACCOUNT, name=name, created_at=at, **columns)
        lives = {"created_at": at, "expires_at": at + timedelta(hours=1), "purpose": "link"}
        return hosted_files.add_grants(session, [{"account_sid": ACCOUNT, "file_id": number, **lives}])[0]

    key = services(office.application).settings.secret_key
    return MediaLinks("", key).address(office.database.write(write), quote(name, safe=""))


def opened(page: Page, address: str) -> tuple[bool, bool]:
    """Whether it was shown rather than handed over, and whether anything in it ran."""
    said: list[str] = []

    def hear_it(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", hear_it)
    try:
        answer = page.goto(address, wait_until="load")
        assert answer is None or answer.status == 200, address
    except Error as error:
        if "Download is starting" not in str(error) and "ERR_ABORTED" not in str(error):
            raise
        return False, bool(said)
    else:
        return True, bool(said) or bool(page.evaluate(RAN))
    finally:
        page.remove_listener("dialog", hear_it)


def test_none_of_the_odd_files_runs_anything(office: Office, url: str, browser: Browser) -> None:
    # Not the context that fails on complaints: the browser complains of each script that it was told to block.
    context = browser.new_context(accept_downloads=False)
    logged_in(context, url)
    ran: list[tuple[str, str]] = []
    shown: list[tuple[str, str]] = []
    shown_to_twilio: list[tuple[str, str]] = []
    for odd in corpus():
        row = received(office, odd)
        name = names.as_given(odd.name) or "file"
        page = context.new_page()
        for path, seen in (
            (f"/files/{row.id}/{quote(name, safe='')}", shown),
            (hosted(office, row, name), shown_to_twilio),
        ):
            was_shown, did_run = opened(page, f"{url}{path}")
            if did_run:
                ran.append((odd.label, path))
            if was_shown:
                seen.append((odd.label, row.stored_type))
        page.close()
    context.close()
    assert ran == []
    assert [(label, kind) for label, kind in shown if kind not in INLINE] == []
    assert [(label, kind) for label, kind in shown_to_twilio if kind not in {*ACCEPTED, "text/vcard"}] == []
    assert ("jpeg and page", "image/jpeg") in shown
    assert ("jpeg and page", "image/jpeg") in shown_to_twilio


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
