"""Our files as Twilio fetches them: without a login, as WhatsApp wants them, and each fetch on its message."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.domain.clock import now
from app.domain.media.store import media_store_for
from app.store.database import Database
from app.store.messages import rows as messages
from app.store.tables import HostedFile, MediaFetch, MediaGrant, Message
from app.web.shell.services import services
from tests.support.cast import ACCOUNT, only, rows
from tests.support.hosted import claimed_with_key, picture, with_picture
from tests.support.office import Office
from tests.support.rewriting import rewrite

AS_TWILIO = {"User-Agent": "TwilioProxy/1.1", "Accept": "*/*"}


@pytest.fixture
def stranger(office: Office) -> FlaskClient:
    """A client without a login, as Twilio is."""
    return office.application.test_client()


@pytest.fixture
def address(office: Office) -> str:
    """The address of a picture that was made for an attempt which is under way."""
    return address_of(office)


def address_of(office: Office) -> str:
    settings = services(office.application).settings
    with_picture(office.database, Path(settings.media.removeprefix("file:")))
    return urlsplit(claimed_with_key(office.database, settings.secret_key).media_urls[0]).path


def fetch(stranger: FlaskClient, address: str, method: str = "GET", **headers: str) -> TestResponse:
    return stranger.open(address, method=method, headers={**AS_TWILIO, **headers})


def test_the_file_is_handed_out_as_whatsapp_wants_it(stranger: FlaskClient, address: str) -> None:
    answer = fetch(stranger, address)
    assert (answer.status_code, answer.data) == (200, picture())
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Length"] == str(len(picture()))
    assert answer.headers["Content-Disposition"] == 'inline; filename="wheel.png"'
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert address.endswith("/wheel.png")


def test_head_tells_the_same_without_the_bytes(stranger: FlaskClient, address: str) -> None:
    answer = fetch(stranger, address, "HEAD")
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["Content-Length"] == str(len(picture()))
    assert answer.headers["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    ("asked", "status", "length"),
    [("bytes=0-3", 206, 4), ("bytes=-5", 206, 5), ("bytes=9999-", 416, None), ("lines=1-2", 200, None)],
)
def test_parts_may_be_asked_for(
    stranger: FlaskClient, address: str, asked: str, status: int, length: int | None
) -> None:
    answer = fetch(stranger, address, Range=asked)
    assert answer.status_code == status
    assert length is None or len(answer.data) == length


def test_every_fetch_is_written_down(office: Office, stranger: FlaskClient, address: str) -> None:
    fetch(stranger, address, "HEAD")
    assert fetch(stranger, address).data == picture()
    office.finish_receipts()
    seen = [(row.method, row.status, row.size, row.user_agent) for row in rows(office.database, MediaFetch)]
    assert seen == [("HEAD", 200, 0, "TwilioProxy/1.1"), ("GET", 200, len(picture()), "TwilioProxy/1.1")]
    timeline = office.browser("kim").get(
        f"/messages/{only(office.database, Message, direction='outbound').id}/timeline"
    )
    assert timeline.text.count("Twilio asked for wheel.png") == 2
    assert "127.0.0.1" in timeline.text


def test_all_that_may_not_be_fetched_is_one_and_the_same_404(
    office: Office, stranger: FlaskClient, address: str
) -> None:
    token, name = address.split("/")[-2:]
    grant = only(office.database, MediaGrant)
    guessed = [token[:-1] + ("A" if token[-1] != "A" else "B"), "1", f"{grant.id}.", "x" * 500, "1.\N{SNOWMAN}"]
    refused = [fetch(stranger, f"/media/temp/{other}/{name}") for other in guessed]
    refused.append(fetch(stranger, f"/media/temp/{token}/other.png"))
    rewrite(office.database, grant, revoked_at=now())
    refused.append(fetch(stranger, address))
    finish(office.database)
    rewrite(office.database, grant, revoked_at=None, expires_at=now() - timedelta(seconds=1))
    refused.append(fetch(stranger, address))
    assert {answer.status_code for answer in refused} == {404}
    assert len({answer.data for answer in refused}) == 1
    # What was granted once is written down all the same: it may be what a failure is explained by.
    office.finish_receipts()
    assert [row.standing for row in rows(office.database, MediaFetch)] == ["revoked", "expired"]


def finish(database: Database, status: str = "delivered") -> None:
    """The message went its way."""
    message = only(database, Message, direction="outbound")
    told = {"state": "accepted", "status": status}
    database.write(lambda session: messages.update(session, ACCOUNT, message.id or 0, **told))


def test_an_address_lives_while_its_message_waits_at_twilio(
    office: Office, stranger: FlaskClient, address: str
) -> None:
    grant = only(office.database, MediaGrant)
    rewrite(office.database, grant, created_at=now() - timedelta(hours=10), expires_at=now() - timedelta(hours=9))
    assert fetch(stranger, address).status_code == 200
    finish(office.database, "queued")
    assert fetch(stranger, address).status_code == 200
    for status in ("sent", "delivered", "failed", "canceled"):
        finish(office.database, status)
        assert fetch(stranger, address).status_code == 404


def test_after_two_days_it_ends_whatever_became_of_the_message(
    office: Office, stranger: FlaskClient, address: str
) -> None:
    past = now() - timedelta(hours=48, seconds=1)
    rewrite(office.database, only(office.database, MediaGrant), created_at=past, expires_at=past)
    assert fetch(stranger, address).status_code == 404


def test_a_finished_message_keeps_its_file_for_a_quarter_of_an_hour(
    office: Office, stranger: FlaskClient, address: str
) -> None:
    finish(office.database)
    assert fetch(stranger, address).status_code == 200
    grant = only(office.database, MediaGrant)
    assert grant.expires_at - grant.created_at == timedelta(minutes=15)


def test_our_people_see_what_was_sent(office: Office, address: str) -> None:
    message = only(office.database, Message, direction="outbound")
    page = office.browser("otto").get(f"/conversations/{message.conversation_id}").text
    file = only(office.database, HostedFile)
    assert f'src="/files/sent/{file.id}/wheel.png"' in page
    shown = office.browser("otto").client.get(f"/files/sent/{file.id}/wheel.png")
    assert (shown.status_code, shown.data) == (200, picture())
    assert shown.headers["Cache-Control"].startswith("private")
    assert office.browser("otto").get(f"/files/sent/{(file.id or 0) + 1}/wheel.png").status_code == 404


LARGE = bytes(range(256)) * 20_000


@pytest.fixture(params=["file", "s3", "database"])
def large(request: pytest.FixtureRequest, office: Office, stranger: FlaskClient, address: str) -> str:
    """The address of a large file in each kind of store."""
    held = services(office.application)
    if request.param != "file":
        settings = held.settings.model_copy(update={"media_store": "database:"})
        settings = request.getfixturevalue("buckets").settings(settings) if request.param == "s3" else settings
        store = media_store_for(settings, office.database)
        office.application.extensions["services"] = replace(held, media_store=store)
    services(office.application).media_store.write(ACCOUNT, only(office.database, HostedFile).key, LARGE)
    return address


def test_a_large_file_is_streamed_whole_or_in_part(stranger: FlaskClient, large: str) -> None:
    whole = fetch(stranger, large)
    assert (whole.status_code, whole.content_length, whole.data) == (200, len(LARGE), LARGE)
    part = fetch(stranger, large, Range="bytes=3000000-3000009")
    assert (part.status_code, part.data) == (206, LARGE[3_000_000:3_000_010])
    assert part.headers["Content-Range"] == f"bytes 3000000-3000009/{len(LARGE)}"
    known = fetch(stranger, large, **{"If-None-Match": whole.headers["ETag"]})
    assert (known.status_code, known.data) == (304, b"")
    assert fetch(stranger, large, "HEAD").content_length == len(LARGE)


def test_while_the_files_are_away_the_answer_is_503(office: Office, stranger: FlaskClient, address: str) -> None:
    folder = Path(services(office.application).settings.media.removeprefix("file:"))
    folder.rename(folder.with_name("elsewhere"))
    gone = fetch(stranger, address)
    assert (gone.status_code, gone.headers["Retry-After"]) == (503, "10")
    assert "where files are kept" in gone.text
    folder.with_name("elsewhere").rename(folder)
    assert fetch(stranger, address).status_code == 200
