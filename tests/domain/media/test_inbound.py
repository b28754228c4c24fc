"""Customers' files: wanted, fetched, tried again, kept."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from app.domain.access import NotAllowed
from app.domain.clock import now
from app.domain.media import arrivals
from app.domain.media import inbound as media_in
from app.domain.media.store import media_store_for
from app.domain.webhooks.replay import replay
from app.gateways.media_store import Folder, MediaMissing
from app.gateways.twilio.media import TwilioMedia
from app.settings import Settings
from app.store.database import Database, Session
from app.store.media import inbound as inbound_media
from app.store.tables import Audit, FeedEvent, InboundMedia, Journal
from simulator.samples import sample
from tests.gateways.listener import Listener
from tests.gateways.media_hosts import API, CDN, NOT_FOUND, PATH, PICTURE, Hosts, found, redirect
from tests.support.cast import ACCOUNT, KIM, ago, hear, only, rows
from tests.support.odd.containers import film, png

Make = Callable[..., Settings]


class Errand:
    """A message with a file, and the errand of fetching it."""

    def __init__(self, database: Database, source: TwilioMedia, settings: Settings) -> None:
        self.database, self.source = database, source
        self.store = media_store_for(settings, database)

    def wanted(self) -> InboundMedia:
        message = hear(self.database, NumMedia="1", MediaUrl0=API, MediaContentType0="image/png")
        return only(self.database, InboundMedia, message_id=message.id)

    def run(self) -> int:
        return media_in.fetch_wanted(self.database, self.source, self.store, ACCOUNT)

    def now(self, row: InboundMedia) -> InboundMedia:
        return only(self.database, InboundMedia, id=row.id)

    def make_due(self, row: InboundMedia) -> None:
        self.database.write(
            lambda session: inbound_media.update(session, ACCOUNT, row.id or 0, next_try_at=ago(seconds=1))
        )


@pytest.fixture(params=["file", "database"])
def errand(
    request: pytest.FixtureRequest, database: Database, source: TwilioMedia, make_settings: Make, tmp_path: Path
) -> Errand:
    store = f"file:{tmp_path / 'media'}" if request.param == "file" else "database:"
    return Errand(database, source, make_settings(MEDIA_STORE=store))


def test_a_wanted_file_is_fetched_and_kept(errand: Errand, hosts: Hosts) -> None:
    hosts.answers = {PATH: [redirect(CDN)], "/AC1/secret": [found()]}
    row = errand.wanted()
    assert (errand.run(), errand.run()) == (1, 0)
    kept = errand.now(row)
    assert (kept.state, kept.stored_type, kept.size, kept.tries) == ("fetched", "image/png", len(PICTURE), 1)
    assert kept.first_try_at is not None
    assert kept.fetched_at is not None
    assert kept.seconds is None
    assert errand.store.read(ACCOUNT, kept.key) == PICTURE
    with pytest.raises(MediaMissing):
        errand.store.read("AC" + "9" * 32, kept.key)
    assert only(errand.database, FeedEvent, kind="media").word == "fetched"


def test_a_voice_note_keeps_how_long_it_lasts(errand: Errand, hosts: Hosts) -> None:
    hosts.answers = {PATH: [redirect(CDN)], "/AC1/secret": [found(sample("voice")[0], "audio/ogg")]}
    row = errand.wanted()
    errand.run()
    assert (errand.now(row).stored_type, errand.now(row).seconds) == ("audio/ogg", 2)


def test_a_file_that_is_not_there_yet_is_asked_for_again(errand: Errand, hosts: Hosts) -> None:
    hosts.answers = {PATH: [NOT_FOUND, NOT_FOUND, redirect(CDN)], "/AC1/secret": [found()]}
    row = errand.wanted()
    for tries in (1, 2):
        begun = now()
        errand.run()
        waiting = errand.now(row)
        assert (waiting.state, waiting.reason, waiting.tries) == ("wanted", "not_there_yet", tries)
        assert tries - 0.5 <= (waiting.next_try_at - begun).total_seconds() <= tries + 5
        assert errand.run() == 0
        errand.make_due(row)
    errand.run()
    assert (errand.now(row).state, errand.now(row).tries) == ("fetched", 3)


def test_after_many_tries_it_failed_with_its_reason(errand: Errand, hosts: Hosts) -> None:
    hosts.answers = {PATH: [NOT_FOUND]}
    row = errand.wanted()
    for _ in range(media_in.MAX_TRIES + 3):
        errand.run()
        errand.make_due(row)
    failed = errand.now(row)
    assert (failed.state, failed.reason, failed.tries) == ("failed", "not_there_yet", media_in.MAX_TRIES)
    assert only(errand.database, FeedEvent, kind="media").word == "failed"


def test_a_disk_that_takes_nothing_loses_no_file(errand: Errand, hosts: Hosts, tmp_path: Path) -> None:
    hosts.answers = {PATH: [redirect(CDN)], "/AC1/secret": [found()]}
    row = errand.wanted()
    if isinstance(errand.store, Folder):
        (tmp_path / "media").write_text("no folder")
        errand.run()
        waiting = errand.now(row)
        assert (waiting.state, waiting.reason, waiting.key) == ("wanted", "disk", "")
        (tmp_path / "media").unlink()
        errand.make_due(row)
    errand.run()
    assert (errand.now(row).state, errand.now(row).reason) == ("fetched", "")


def test_an_outage_of_half_an_hour_loses_no_file(errand: Errand, hosts: Hosts) -> None:
    hosts.answers = {PATH: [b"HTTP/1.1 503 Busy\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"]}
    row, waited = errand.wanted(), timedelta(0)
    while waited < timedelta(minutes=30):
        begun = now()
        errand.run()
        waiting = errand.now(row)
        assert (waiting.state, waiting.reason) == ("wanted", "http_503")
        waited += waiting.next_try_at - begun
        errand.make_due(row)
    hosts.answers = {PATH: [redirect(CDN)], "/AC1/secret": [found()]}
    errand.run()
    assert errand.now(row).state == "fetched"


def test_a_foreign_address_in_a_form_fails_at_once(errand: Errand, listener: Listener) -> None:
    message = hear(errand.database, NumMedia="1", MediaUrl0="https://evil.example/x", MediaContentType0="image/png")
    errand.run()
    row = only(errand.database, InboundMedia, message_id=message.id)
    assert (row.state, row.reason, listener.connections) == ("failed", "host_not_twilio", 0)


def test_a_redirect_that_makes_no_sense_does_not_hold_up_the_others(errand: Errand, hosts: Hosts) -> None:
    hosts.answers = {PATH: [redirect("https://["), redirect(CDN)], "/AC1/secret": [found()]}
    first, second = errand.wanted(), errand.wanted()
    assert errand.run() == 2
    assert [errand.now(row).state for row in (first, second)] == ["wanted", "fetched"]
    assert errand.now(first).reason == "redirect_not_understood"


def test_a_wrong_key_for_a_minute_loses_no_file(errand: Errand, hosts: Hosts) -> None:
    refused = b"HTTP/1.1 401 No\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    hosts.answers = {PATH: [refused, refused, found()]}
    row = errand.wanted()
    for _ in range(3):
        errand.run()
        errand.make_due(row)
    assert errand.now(row).state == "fetched"
    tried = errand.database.read(lambda session: inbound_media.tries(session, ACCOUNT, [row.id or 0]))[row.id or 0]
    assert [one.reason for one in tried] == ["http_401", "http_401", ""]


def test_a_file_given_up_is_tried_again_when_somebody_asks(errand: Errand, hosts: Hosts) -> None:
    hosts.answers = {PATH: [b"HTTP/1.1 410 Gone\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", found()]}
    row = errand.wanted()
    errand.run()
    assert (errand.now(row).state, errand.run()) == ("failed", 0)
    asked = errand.database.write(lambda session: media_in.want_again(session, KIM, row.message_id))
    assert (asked, errand.run(), errand.now(row).state) == (1, 1, "fetched")
    assert errand.database.write(lambda session: media_in.want_again(session, KIM, row.message_id)) == 0
    assert [one.verb for one in rows(errand.database, Audit)] == ["media.fetch_again"]
    assert [event.word for event in rows(errand.database, FeedEvent, kind="media")] == ["failed", "wanted", "fetched"]


def test_who_may_not_write_may_not_ask_for_a_file_again(database: Database) -> None:
    with pytest.raises(NotAllowed):
        database.write(lambda session: media_in.want_again(session, replace(KIM, role="auditor"), 1))


def test_a_replay_of_the_webhook_wants_the_file_again(errand: Errand, hosts: Hosts) -> None:
    hosts.answers = {PATH: [b"HTTP/1.1 410 Gone\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", found()]}
    row = errand.wanted()
    errand.run()
    journal = rows(errand.database, Journal)[0].id or 0
    (replayed,) = replay(errand.database, replace(KIM, role="admin"), [journal])
    assert replayed.changed == 1
    errand.run()
    assert errand.now(row).state == "fetched"
    assert replay(errand.database, replace(KIM, role="admin"), [journal])[0].changed == 0


@pytest.mark.parametrize(("wanted", "methods"), [("true", [b"GET", b"DELETE"]), ("false", [b"GET"])])
def test_twilios_copy_goes_once_the_file_is_here_where_that_is_set(
    errand: Errand, hosts: Hosts, make_settings: Make, wanted: str, methods: list[bytes]
) -> None:
    gone = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
    hosts.answers = {PATH: [found()], f"{PATH}.json": [gone]}
    errand.source.deletes = make_settings(DELETE_MEDIA_AT_TWILIO=wanted).delete_media_at_twilio
    row = errand.wanted()
    errand.run()
    assert [request.split()[0] for request in hosts.requests] == methods
    assert all(b"Authorization: Basic" in request for request in hosts.requests)
    assert errand.now(row).state == "fetched"


def test_a_try_that_was_killed_starts_anew(errand: Errand, hosts: Hosts) -> None:
    hosts.answers = {PATH: [found()]}
    row = errand.wanted()
    errand.database.write(
        lambda session: inbound_media.claim_wanted(session, ACCOUNT, now(), timedelta(minutes=2), 8) and None
    )
    assert errand.run() == 0
    errand.make_due(row)
    errand.run()
    assert errand.now(row).state == "fetched"


def test_a_file_that_kills_whoever_touches_it_is_given_up(errand: Errand) -> None:
    row = errand.wanted()
    errand.database.write(
        lambda session: inbound_media.update(session, ACCOUNT, row.id or 0, tries=media_in.MAX_TRIES + 3)
    )
    errand.run()
    assert (errand.now(row).state, errand.now(row).reason) == ("failed", "interrupted")


def test_a_picture_gets_a_thumbnail_turned_as_its_camera_was_held(errand: Errand, hosts: Hosts) -> None:
    out = io.BytesIO()
    turned = Image.Exif()
    turned[0x0112] = 6
    Image.new("RGB", (1600, 800), "#0d5951").save(out, "JPEG", exif=turned)
    hosts.answers = {PATH: [found(out.getvalue(), "image/jpeg")]}
    row = errand.wanted()
    errand.run()
    kept = errand.now(row)
    assert kept.details == {"width": 1600, "height": 800, "thumbnail": True}
    with Image.open(io.BytesIO(errand.store.read(ACCOUNT, arrivals.thumbnail_key(kept.key)))) as small:
        assert (small.format, small.size, len(small.getexif())) == ("WEBP", (280, 560), 0)


@pytest.mark.parametrize(
    ("content", "said", "details"),
    [
        (sample("document")[0], "application/pdf", {"pages": 1}),
        (png(40_000, 30_000), "image/png", {"width": 40_000, "height": 30_000}),
        (film(b"qt  ", (b"vide", b"hvc1")), "video/mp4", {"codec": "hevc"}),
        (
            sample("card")[0],
            "text/vcard",
            {
                "cards": [
                    {
                        "name": "Owen Byrne",
                        "organisation": "",
                        "numbers": [{"shown": "+447700900321", "whatsapp": "+447700900321"}],
                        "mails": [],
                    }
                ]
            },
        ),
    ],
    ids=["pages", "too many pixels", "hevc", "card"],
)
def test_what_a_file_shows_is_kept_beside_it(
    errand: Errand, hosts: Hosts, content: bytes, said: str, details: dict[str, Any]
) -> None:
    hosts.answers = {PATH: [found(content, said)]}
    row = errand.wanted()
    errand.run()
    assert errand.now(row).details == details


def test_a_file_that_another_process_is_fetching_is_left_alone(errand: Errand) -> None:
    errand.wanted()

    def claim(session: Session) -> list[Any]:
        return inbound_media.claim_wanted(session, ACCOUNT, now(), timedelta(minutes=2), 8)

    assert len(errand.database.write(claim)) == 1
    assert errand.database.write(claim) == []
