"""The media page: files go in, are found, linked to, sent and deleted; and everybody sees as much as their role may."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image
from werkzeug.test import TestResponse

from app.domain.clock import now
from app.store.tables import Audit, HostedFile, MediaFetch, MediaGrant, Message
from app.web.shell.services import services
from tests.support.cast import AVA, conversation_with, hear, only, rows
from tests.support.hosted import claimed_with_key, picture, with_picture
from tests.support.office import Browser, Office
from tests.support.rewriting import rewrite

NOTE = "WhatsApp_Image_2026-01-09_at_13.18.30__1_.jpg"


def upload(browser: Browser, *given: tuple[str, bytes], **fields: Any) -> TestResponse:
    """Send files as the page's script does."""
    browser.get("/media")
    headers = {"X-Upload": fields.pop("chip", "1"), "Accept": "*/*", "X-CSRFToken": browser._key}
    data = {"file": [(io.BytesIO(content), name) for name, content in given], **fields}
    return browser.client.post("/media", data=data, headers=headers, content_type="multipart/form-data")


def made(kind: str, size: tuple[int, int] = (64, 48), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def test_the_notes_own_check(office: Office) -> None:
    """The file that failed with 63019 in the field, as `curl -I` sees it under its temporary URL."""
    browser = office.browser("kim")
    assert upload(browser, (NOTE, made("JPEG"))).status_code == 200
    file = only(office.database, HostedFile)
    page = browser.post(f"/media/{file.id}/link", {"lives": "3600"}, HX_Request="true", HX_Target="media-file").text
    url = re.search(r'data-copy="([^"]+)"', page)
    assert url
    answer = office.application.test_client().head(urlsplit(url[1]).path)
    assert answer.status_code == 200
    assert url[1].endswith(f"/{NOTE}")
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Disposition"] == f'inline; filename="{NOTE}"'
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    office.finish_receipts()
    assert only(office.database, MediaFetch).file_id == file.id


def test_each_file_is_told_its_checks(office: Office) -> None:
    answer = upload(office.browser("kim"), ("wheel.png", picture()))
    assert answer.status_code == 200
    for words in ("Content is PNG", "Extension agrees: .png", "8 × 8 pixels", "Ready to send"):
        assert words in answer.text
    small = office.browser("otto").client.get(f"/media/{only(office.database, HostedFile).id}/preview")
    assert (small.status_code, small.mimetype) == (200, "image/jpeg")
    hinted = upload(office.browser("kim"), ("A very long name of a wheel.jpeg", picture("JPEG"))).text
    assert "Names over 20 characters" in hinted


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.pdf", b"", "This file is empty"),
        ("run.exe", b"MZ\x90\x00" + bytes(200), "WhatsApp doesn&#39;t take this kind of file"),
        ("drawing.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n", "WhatsApp doesn&#39;t take this kind of file"),
        ("page.jpg", b"<!doctype html><script>alert(1)</script>", "WhatsApp doesn&#39;t take this kind of file"),
    ],
)
def test_what_whatsapp_refuses_is_refused_in_words_and_not_kept(
    office: Office, name: str, content: bytes, words: str
) -> None:
    answer = upload(office.browser("kim"), (name, content))
    assert answer.status_code == 422
    assert words in answer.text
    # No decoder is tried on it: some start other programs.
    assert "Convert" not in answer.text
    assert rows(office.database, HostedFile) == []


def test_without_a_script_several_files_go_in_at_once_and_the_bad_one_is_told_apart(office: Office) -> None:
    browser = office.browser("kim")
    browser.get("/media")
    data = {"csrf_token": browser._key, "file": [(io.BytesIO(picture()), "a.png"), (io.BytesIO(b""), "b.png")]}
    answer = browser.client.post("/media", data=data, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    assert "Ready to send" in answer.text
    assert "Cannot be sent" in answer.text
    assert [file.name for file in rows(office.database, HostedFile)] == ["a.png"]


def test_a_picture_that_is_too_large_or_of_another_kind_is_made_to_fit(office: Office) -> None:
    browser = office.browser("kim")
    for name, content in (("large.bmp", made("BMP", (400, 300))), ("shot.heic", made("HEIF", (200, 100)))):
        refused = upload(browser, (name, content))
        assert (refused.status_code, "Convert to JPEG" in refused.text) == (422, True)
        fitted = upload(browser, (name, content), fit="on")
        assert "Made into a JPEG" in fitted.text
    assert {file.content_type for file in rows(office.database, HostedFile)} == {"image/jpeg"}


def test_the_place_is_taken_out_and_the_picture_turned(office: Office) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 8.0, 0.0)})
    browser, content = office.browser("kim"), made("JPEG", (60, 20), exif=exif)
    assert "The picture tells where it was taken" in upload(browser, ("trip.jpg", content)).text
    upload(browser, ("trip.jpg", content), fit="on")
    kept = rows(office.database, HostedFile)[-1]
    store = services(office.application).media_store
    with Image.open(io.BytesIO(store.read(kept.account_sid, kept.key))) as turned:
        assert turned.size == (20, 60)
        assert not turned.getexif()


def test_more_than_may_come_is_refused_before_it_is_read(office: Office) -> None:
    browser = office.browser("kim")
    browser.get("/media")
    headers = {"X-Upload": "1", "X-CSRFToken": browser._key}
    claims = {"CONTENT_LENGTH": str(200 * 1024 * 1024), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    answer = browser.client.post("/media", headers=headers, environ_overrides=claims)
    assert answer.status_code == 413
    assert "larger than this page takes" in answer.text


def test_who_is_logged_out_is_told_so(office: Office) -> None:
    browser = office.browser("kim")
    browser.get("/media")
    browser.client.delete_cookie("switchboard_session")
    data = {"file": (io.BytesIO(picture()), "a.png")}
    headers = {"X-Upload": "1", "X-CSRFToken": browser._key}
    assert browser.client.post("/media", data=data, headers=headers).status_code == 401


def test_the_list_is_searched_filtered_and_paged(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.media.page.PAGE", 2)
    browser = office.browser("kim")
    for name in ("wheel.png", "brake.png", "frame.png"):
        upload(browser, (name, picture()))
    first = browser.get("/media").text
    assert "frame.png" in first
    assert "brake.png" in first
    assert "wheel.png" not in first
    older = re.search(r'href="(/media\?before=\d+)"', first)
    assert older
    assert "wheel.png" in browser.get(older[1]).text
    assert "brake.png" not in browser.get("/media?q=WHEEL").text
    assert "wheel.png" in browser.get("/media?q=WHEEL").text
    assert "No file fits" in browser.get("/media?kind=audio").text
    assert "No file fits" in browser.get("/media?only=used").text
    assert "frame.png" in browser.get("/media?only=unused").text
    only_live = browser.post(f"/media/{rows(office.database, HostedFile)[0].id}/link")
    assert only_live.status_code == 303
    live = browser.get("/media?only=live").text
    assert "wheel.png" in live
    assert "frame.png" not in live


def test_a_url_is_extended_to_its_end_and_revoked_at_once(office: Office) -> None:
    browser = office.browser("kim")
    upload(browser, ("wheel.png", picture()))
    file = only(office.database, HostedFile)
    browser.post(f"/media/{file.id}/link", {"lives": "5"})
    grant = only(office.database, MediaGrant)
    assert grant.expires_at - grant.created_at == timedelta(seconds=600)
    rewrite(office.database, grant, created_at=now() - timedelta(hours=47, minutes=50))
    browser.post(f"/media/links/{grant.id}/extend", {"file": str(file.id)})
    grant = only(office.database, MediaGrant)
    assert grant.expires_at == grant.created_at + timedelta(hours=48)
    again = browser.post(f"/media/links/{grant.id}/extend", {"file": str(file.id)}, HX_Request="true").text
    assert "already lives as long as it may" in again
    browser.post(f"/media/links/{grant.id}/revoke", {"file": str(file.id)})
    assert only(office.database, MediaGrant).revoked_at is not None
    assert {"media.link", "media.extend", "media.revoke"} <= {row.verb for row in rows(office.database, Audit)}


def test_a_file_that_a_message_needs_is_not_deleted(office: Office) -> None:
    with_picture(office.database, Path(services(office.application).settings.media.removeprefix("file:")))
    file, browser = only(office.database, HostedFile), office.browser("kim")
    browser.get("/media")
    refused = browser.post(f"/media/{file.id}/delete")
    assert (refused.status_code, "still needs this file" in refused.text) == (422, True)
    rewrite(office.database, only(office.database, Message, direction="outbound"), state="accepted", status="delivered")
    assert browser.post(f"/media/{file.id}/delete").status_code == 303
    assert only(office.database, HostedFile).deleted_at is not None
    assert "wheel.png" not in browser.get("/media").text.split('id="files"')[1]


def test_an_auditor_looks_and_changes_nothing(office: Office) -> None:
    upload(office.browser("kim"), ("wheel.png", picture()))
    file, otto = only(office.database, HostedFile), office.browser("otto")
    page = otto.get(f"/media/{file.id}").text
    assert "wheel.png" in page
    assert 'id="upload"' not in page
    assert "media-delete" not in page
    assert otto.post(f"/media/{file.id}/link").status_code == 403
    assert upload(otto, ("b.png", picture())).status_code == 403


def test_a_file_is_taken_into_a_conversation(office: Office) -> None:
    hear(office.database)
    browser = office.browser("kim")
    upload(browser, ("wheel.png", picture()))
    number = only(office.database, HostedFile).id
    there = conversation_with(office.database, AVA).id
    listed = browser.get(f"/media/{number}/conversations?tab=all").text
    assert f'href="/conversations/{there}?attach={number}"' in listed
    assert f'href="/conversations/{there}?attach={number}"' in browser.get(f"/media/choose?conversation={there}").text


def test_what_twilio_did_is_told(office: Office) -> None:
    settings = services(office.application).settings
    with_picture(office.database, Path(settings.media.removeprefix("file:")))
    path = urlsplit(claimed_with_key(office.database, settings.secret_key).media_urls[0]).path
    office.application.test_client().get(path, headers={"User-Agent": "TwilioProxy/1.1"}, buffered=True)
    office.finish_receipts()
    page = office.browser("kim").get(f"/media/{only(office.database, HostedFile).id}").text
    assert "looks like Twilio" in page
    assert "Twilio has fetched every byte" in page
