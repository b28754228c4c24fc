"""Serving the files that customers sent."""

from __future__ import annotations

import re

import pytest

from app.store.media import inbound as inbound_media
from app.store.tables import InboundMedia, Message
from app.web.shell.services import services
from tests.support.cast import ACCOUNT, STRANGER_ACCOUNT, ago, hear, only, rows, take, webhook
from tests.support.cast import inbound_form as form
from tests.support.office import Office

CONTENT = b"0123456789abcdef" * 8
EVIL = b"<html><script>alert(1)</script></html>"


def fetched(office: Office, stored_type: str, content: bytes = CONTENT, body: str = "") -> str:
    """The address of a file that came and was fetched."""
    message = hear(office.database, body, NumMedia="1", MediaContentType0=stored_type, MediaUrl0="https://x.example")
    row = only(office.database, InboundMedia, message_id=message.id)
    held = services(office.application)
    held.media_store.write(ACCOUNT, f"in/{row.id}", content)
    values = {"state": "fetched", "key": f"in/{row.id}", "size": len(content), "stored_type": stored_type}
    office.database.write(
        lambda session: inbound_media.update(session, ACCOUNT, row.id or 0, fetched_at=ago(), **values)
    )
    return f"/files/{row.id}/file.x"


@pytest.mark.parametrize("stored_type", ["image/jpeg", "image/png", "audio/ogg", "video/mp4", "application/pdf"])
def test_what_a_browser_can_show_safely_is_shown_in_place(office: Office, stored_type: str) -> None:
    answer = office.browser("otto").get(fetched(office, stored_type))
    assert answer.status_code == 200
    assert answer.data == CONTENT
    assert answer.mimetype == stored_type
    assert answer.headers["Content-Disposition"].startswith("inline")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"].startswith("private")


@pytest.mark.parametrize(
    ("stored_type", "styles"), [("image/jpeg", True), ("video/mp4", False), ("image/svg+xml", False)]
)
def test_only_the_browsers_own_page_around_a_picture_may_have_styles(
    office: Office, stored_type: str, styles: bool
) -> None:
    policy = office.browser("otto").get(fetched(office, stored_type)).headers["Content-Security-Policy"]
    assert ("style-src 'unsafe-inline'" in policy) is styles
    assert "sandbox" in policy


@pytest.mark.parametrize(
    "stored_type",
    ["text/html", "image/svg+xml", "application/xhtml+xml", "text/xml", "text/vcard", "application/zip", "", "x"],
)
def test_everything_else_is_handed_over_as_a_file(office: Office, stored_type: str) -> None:
    answer = office.browser("kim").get(fetched(office, stored_type, EVIL))
    assert answer.mimetype == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_picture_can_be_downloaded_too(office: Office) -> None:
    answer = office.browser("kim").get(fetched(office, "image/png") + "?download=1")
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_players_may_ask_for_a_part(office: Office) -> None:
    answer = office.browser("kim").get(fetched(office, "video/mp4"), Range="bytes=0-7")
    assert (answer.status_code, answer.data) == (206, CONTENT[:8])


def test_a_file_that_is_not_here_or_not_ours_is_404(office: Office) -> None:
    hear(office.database, NumMedia="1", MediaContentType0="image/png", MediaUrl0="https://x.example")
    (wanted,) = rows(office.database, InboundMedia)
    take(office.database, webhook("inbound", form("picture with caption", AccountSid=STRANGER_ACCOUNT)))
    (strange,) = rows(office.database, InboundMedia, account_sid=STRANGER_ACCOUNT)
    values = {"state": "fetched", "key": "in/1", "stored_type": "image/png"}
    office.database.write(lambda session: inbound_media.update(session, STRANGER_ACCOUNT, strange.id or 0, **values))
    for number in (wanted.id, strange.id, 999, "9" * 40):
        assert office.browser("ana").get(f"/files/{number}/x.png").status_code == 404


def test_a_file_that_was_lost_from_the_store_is_404(office: Office) -> None:
    address = fetched(office, "image/png")
    held = services(office.application)
    held.media_store.delete(ACCOUNT, only(office.database, InboundMedia).key)
    assert office.browser("kim").get(address).status_code == 404


def test_without_a_login_there_is_no_file(office: Office) -> None:
    address = fetched(office, "image/png")
    assert office.browser().get(address).status_code == 303


@pytest.mark.parametrize(
    ("stored_type", "body", "name"),
    [
        ("application/pdf", "invoice 20418.pdf", "invoice 20418.pdf"),
        ("application/pdf", "invoice.exe", "invoice.exe"),
        ("image/png", "A caption", "photo-"),
        ("image/png", "holiday.png", "photo-"),
        ("text/html", "page.html", "page.html"),
        ("text/csv", "pedidos-noviembre.csv", "pedidos-noviembre.csv"),
        ("application/rtf", "carta.rtf", "carta.rtf"),
        ("text/calendar", "termin.ics", "termin.ics"),
        ("application/json", "a.json", "a.json"),
        ("application/vnd.rar", "fotos.rar", "fotos.rar"),
        ("image/tiff", "scan 1.tif", "scan 1.tif"),
        ("application/octet-stream", "modelo.xyz", "modelo.xyz"),
        ("application/pdf", "../../etc/passwd.pdf", "passwd.pdf"),
        ("application/pdf", "Rechnung bitte bis 30.11", "file-1.pdf"),
        ("application/pdf", "Rechnung\u202efdp.exe", "Rechnung_fdp.exe"),
        ("application/pdf", "Preis bitte an post@laden.example", "file-1.pdf"),
    ],
)
def test_its_name_has_the_extension_of_what_it_is(office: Office, stored_type: str, body: str, name: str) -> None:
    fetched(office, stored_type, body=body)
    there = rows(office.database, InboundMedia)[0].message_id
    page = office.browser("kim").get(f"/conversations/{there}/pane").text
    assert f"/files/1/{name.replace(' ', '%20')}" in page


@pytest.mark.parametrize(
    ("stored_type", "body", "shown"),
    [
        ("application/pdf", "invoice 20418.pdf", False),
        ("application/pdf", "Rechnung bitte bis 30.11", True),
        ("application/pdf", "siehe www.laden.example", True),
        ("application/pdf", "../a.pdf", True),
        ("image/jpeg", "foto.jpg", True),
        ("audio/ogg", "a.ogg", True),
        ("text/csv", "pedidos.csv", False),
    ],
)
def test_a_caption_is_always_shown_and_hidden_only_where_it_is_the_name(
    office: Office, stored_type: str, body: str, shown: bool
) -> None:
    fetched(office, stored_type, body=body)
    message = only(office.database, Message)
    page = office.browser("kim").get(f"/messages/{message.id}/bubble").text
    words = re.sub(r"<[^>]+>", "\n", page.partition('class="m__b"')[2].partition("<footer")[0])
    assert words.count(body) == 1
    assert (words.rstrip().endswith(body)) is shown


def test_a_name_in_any_script_is_told_to_the_browser(office: Office) -> None:
    there = fetched(office, "text/csv", body="x").rpartition("/")[0]
    answer = office.browser("kim").get(f"{there}/año%2022%22.csv")
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"a_o 22_.csv\"; filename*=UTF-8''a%C3%B1o%2022%22.csv"
    )


def test_a_thumbnail_is_shown_to_our_people_only(office: Office) -> None:
    there = fetched(office, "image/png").rpartition("/")[0]
    assert office.browser("kim").get(f"{there}/thumbnail").status_code == 404
    row = only(office.database, InboundMedia)
    services(office.application).media_store.write(ACCOUNT, f"{row.key}.thumb", b"small")
    office.database.write(
        lambda session: inbound_media.update(session, ACCOUNT, row.id or 0, details={"thumbnail": True, "width": 9})
    )
    answer = office.browser("kim").get(f"{there}/thumbnail")
    assert (answer.status_code, answer.mimetype, answer.data) == (200, "image/webp", b"small")
    assert office.browser().get(f"{there}/thumbnail").status_code == 303
    assert f'src="{there}/thumbnail"' in office.browser("kim").get(f"/messages/{row.message_id}/bubble").text
