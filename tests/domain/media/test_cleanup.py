"""What nobody needs any more is cleared away, what somebody may need stays, and what is missing is told."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from app.domain import actor
from app.domain.access import NotAllowed
from app.domain.clock import now, reading
from app.domain.media import cleanup, files, links, uploads
from app.domain.media.cleanup import Cleaned
from app.domain.media.preflight import subject_of
from app.domain.media.store import media_store_for
from app.gateways.media_store import Folder, MediaStore, StoreDown
from app.settings import Settings
from app.store import leases
from app.store.database import Database
from app.store.media import checks
from app.store.tables import Audit, HostedFile, InboundMedia, MediaCheck, MediaCleanup, MediaGrant
from tests.support.buckets import BucketServer
from tests.support.cast import ACCOUNT, ADA, KIM, OTTO, STRANGER_ACCOUNT, hear, only, rows
from tests.support.hosted import picture, with_picture
from tests.support.rewriting import rewrite

LATER = timedelta(hours=1, minutes=1)
CLOCK = actor.clock(ACCOUNT)


@pytest.fixture(params=["file", "s3", "database"])
def store(request: pytest.FixtureRequest, database: Database, kept_in: Settings, tmp_path: Path) -> MediaStore:
    """Each store."""
    place = "database:" if request.param == "database" else f"file:{tmp_path / 'media'}"
    settings = kept_in.model_copy(update={"media_store": place})
    if request.param == "s3":
        buckets: BucketServer = request.getfixturevalue("buckets")
        settings = buckets.settings(settings)
    return media_store_for(settings, database)


@pytest.fixture
def kept_in(make_settings: object) -> Settings:
    """Settings of which only the store counts."""
    return make_settings()  # type: ignore[operator, no-any-return]


def clean(database: Database, store: MediaStore, later: timedelta = LATER, days: int = 30) -> Cleaned:
    at = now() + later
    with reading(lambda: at):
        done = cleanup.clean_up(database, store, CLOCK, days)
    assert done is not None
    return done


def test_a_file_without_a_row_is_removed_after_an_hour(database: Database, store: MediaStore) -> None:
    kept = files.host(database, store, KIM, "wheel.png", picture())
    hear(database, NumMedia="1", MediaUrl0="https://api.twilio.com/x", MediaContentType0="image/png")
    row = only(database, InboundMedia)
    # A fetch that was killed after the file and before its row.
    theirs = f"in/{row.message_id}-0"
    for key in ("out/stray", "preview/stray", "in/999-0", theirs, f"{theirs}.thumb", "archive/2026-11-20/1-2"):
        store.write(ACCOUNT, key, b"x")
    store.write(STRANGER_ACCOUNT, "out/stray", b"x")
    assert +clean(database, store, timedelta(0)).removed == {}
    done = clean(database, store)
    assert (+done.removed, done.missing_count) == ({"without_row": 2}, 0)
    assert +clean(database, store, timedelta(days=8)).removed == {"without_row": 1}
    key = only(database, HostedFile, id=kept).key
    assert store.keys(ACCOUNT, "") == sorted(["archive/2026-11-20/1-2", theirs, f"{theirs}.thumb", key])
    assert store.keys(STRANGER_ACCOUNT, "") == ["out/stray"]


def test_a_file_that_nobody_used_goes_after_its_days(database: Database, tmp_path: Path) -> None:
    store = Folder(tmp_path)
    with_picture(database, tmp_path, "used.png")
    linked, unused = (files.host(database, store, KIM, f"{name}.png", picture()) for name in ("linked", "unused"))
    month = timedelta(days=30, minutes=1)
    at = now() + month
    with reading(lambda: at - timedelta(minutes=2)):
        database.write(lambda session: links.make(session, KIM, linked, timedelta(hours=1)))
    assert +clean(database, store, timedelta(days=29)).removed == {}
    assert +clean(database, store, month, days=0).removed == {}
    done = clean(database, store, month)
    assert (+done.removed, +done.kept) == ({"unused": 1}, {"used": 1, "live_link": 1})
    assert unused not in {row.id for row in rows(database, HostedFile)}
    assert len(store.keys(ACCOUNT, "out/")) == 2
    assert +clean(database, store, month).removed == {}


def test_a_link_that_nobody_followed_goes_a_day_after_its_end(database: Database, tmp_path: Path) -> None:
    number = files.host(database, Folder(tmp_path), KIM, "wheel.png", picture())
    database.write(lambda session: links.make(session, KIM, number, timedelta(hours=1)))
    assert +clean(database, Folder(tmp_path), timedelta(hours=24)).removed == {}
    assert +clean(database, Folder(tmp_path), timedelta(hours=26)).removed == {"expired_link": 1}
    assert rows(database, MediaGrant) == []


def test_a_check_goes_with_its_file_and_that_of_a_url_after_a_month(database: Database, tmp_path: Path) -> None:
    store = Folder(tmp_path)
    kept, gone = (files.host(database, store, KIM, f"{name}.png", picture()) for name in ("kept", "gone"))
    # Held because of a file that is gone: the check says so.
    waits = with_picture(database, tmp_path)
    rewrite(database, waits, media_urls=[files.reference(999), "https://example.com/waits.png"])
    stay = [files.reference(kept), files.reference(999), "https://example.com/waits.png"]
    for url in (*stay, files.reference(gone), "https://example.com/old.png"):
        save = partial(checks.save, account_sid=ACCOUNT, subject=subject_of(url), base_url="")
        database.write(partial(save, state="passed", checked_at=now()))
    uploads.delete(database, store, KIM, gone)
    assert +clean(database, store, timedelta(0), days=0).removed == {"old_check": 1}
    assert +clean(database, store, timedelta(days=31), days=0).removed == {"old_check": 1}
    assert {row.subject for row in rows(database, MediaCheck)} == {subject_of(url) for url in stay}


def test_rows_without_files_are_told_and_stay(database: Database, store: MediaStore) -> None:
    number = files.host(database, store, KIM, "wheel.png", picture())
    hear(database, NumMedia="1", MediaUrl0="https://api.twilio.com/x", MediaContentType0="image/png")
    row = only(database, InboundMedia)
    rewrite(database, row, state="fetched", key="in/1-0")
    store.delete(ACCOUNT, only(database, HostedFile).key)
    done = clean(database, store)
    assert (done.missing, done.missing_count) == ({"sent_file": [number], "file": [row.id]}, 2)
    run = only(database, MediaCleanup)
    assert (run.missing["count"], run.kept["used" if run.kept.get("used") else "young"]) == (2, 1)
    assert len(rows(database, HostedFile)) == len(rows(database, InboundMedia)) == 1


def test_a_half_written_file_is_removed_after_an_hour(database: Database, tmp_path: Path) -> None:
    store = Folder(tmp_path)
    store.write(ACCOUNT, "archive/x", b"whole")
    old, fresh = (tmp_path / ACCOUNT / "archive" / f".x.{number}.part" for number in range(2))
    for file in (old, fresh):
        file.write_bytes(b"who")
    past = (now() - LATER).timestamp()
    os.utime(old, (past, past))
    assert +clean(database, store, timedelta(0)).removed == {"half_written": 1}
    assert sorted(file.name for file in (tmp_path / ACCOUNT / "archive").iterdir()) == [fresh.name, "x"]


def test_one_runs_at_a_time_for_admins_and_each_is_written_down(database: Database, tmp_path: Path) -> None:
    store = Folder(tmp_path)
    held = timedelta(minutes=1)
    database.write(lambda session: leases.take(session, "media_cleanup", "another", now(), held))
    assert cleanup.clean_up(database, store, ADA, 30) is None
    assert rows(database, MediaCleanup) == []
    database.write(lambda session: leases.give_back(session, "media_cleanup", "another", now()))
    assert cleanup.clean_up(database, store, ADA, 30) is not None
    assert (only(database, Audit).verb, only(database, MediaCleanup).trouble) == ("media.clean_up", "")
    for who in (KIM, OTTO):
        with pytest.raises(NotAllowed):
            cleanup.clean_up(database, store, who, 30)


def test_a_store_that_is_away_is_said_and_the_next_run_goes_on(database: Database, buckets: BucketServer) -> None:
    settings = buckets.settings(Settings.model_construct(media_store="")).model_copy(
        update={"media_store": "s3://there-is-none", "media_store_before": ""}
    )
    with pytest.raises(StoreDown):
        clean(database, media_store_for(settings, database))
    assert only(database, MediaCleanup).trouble == "NoSuchBucket"
    with pytest.raises(StoreDown):
        clean(database, media_store_for(settings, database))
