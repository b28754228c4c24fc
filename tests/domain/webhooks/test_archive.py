"""The archive: raw forms, encrypted, in the media store; what was lost comes back from it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.clock import now
from app.domain.webhooks.archive import FOLDER, Archive, replay_from
from app.gateways.encryption import Seal, SealBroken, new_key
from app.settings import Settings
from app.store.database import Database
from app.store.errors import DatabaseUnavailable
from app.store.journal import rows as journal
from app.store.tables import Audit, Journal, MediaBytes, Message
from tests.domain.webhooks.archiving import age, everything, lose, settings_with
from tests.support.cast import ACCOUNT, ADA, inbound_form, new_sid, only, rows, status_form, take, webhook


@pytest.fixture(params=["file", "database"])
def settings(request: pytest.FixtureRequest, make_settings: Callable[..., Settings], tmp_path: Path) -> Settings:
    return settings_with(make_settings, f"file:{tmp_path / 'media'}" if request.param == "file" else "database:")


def test_what_is_archived_can_be_read_with_the_key_alone(database: Database, archive: Archive) -> None:
    said = webhook("inbound", inbound_form(Body="a\x00b 🙏 \ud83d"))
    said = replace(said, request_id="7f3a", idempotency_token="a-token")
    told = webhook("status", status_form(new_sid(), "sent"), path="/twilio/status/7/1")
    take(database, said, told)
    age(database)
    assert archive.keep_new(database) == 2
    (key,) = archive.store.keys(ACCOUNT, FOLDER)
    sealed = archive.store.read(ACCOUNT, key)
    assert b"Body" not in sealed
    assert b"MessageSid" in archive.seal.open(sealed)
    kept = list(archive.webhooks())
    assert kept == [replace(one, source="archive") for one in (said, told)]


def test_the_archive_stands_where_media_store_says(database: Database, archive: Archive, settings: Settings) -> None:
    take(database, webhook("inbound", inbound_form()))
    age(database)
    archive.keep_new(database)
    in_database = [row.key for row in rows(database, MediaBytes)]
    on_disk = [file for file in Path(settings.media.removeprefix("file:")).rglob("*") if file.is_file()]
    assert (len(in_database), len(on_disk)) == ((1, 0) if settings.media == "database:" else (0, 1))


def test_each_row_is_archived_once_and_none_that_is_brand_new(database: Database, archive: Archive) -> None:
    take(database, webhook("inbound", inbound_form(Body="old")))
    age(database)
    take(database, webhook("inbound", inbound_form(Body="new")))
    assert [archive.keep_new(database) for _ in range(2)] == [1, 0]
    assert [one.value("Body") for one in archive.webhooks()] == ["old"]
    age(database)
    assert archive.keep_new(database) == 1
    assert [one.value("Body") for one in archive.webhooks()] == ["old", "new"]
    assert all(row.archived_at for row in rows(database, Journal))


def test_a_crash_before_it_was_noted_repeats_the_same_batch(
    database: Database, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise DatabaseUnavailable("gone")

    take(database, *(webhook("inbound", inbound_form(Body=str(number))) for number in range(3)))
    age(database)
    with monkeypatch.context() as patched:
        patched.setattr(journal, "archived", crash)
        with pytest.raises(DatabaseUnavailable):
            archive.keep_new(database)
    assert archive.keep_new(database) == 3
    assert len(archive.store.keys(ACCOUNT, FOLDER)) == 1
    assert [one.value("Body") for one in archive.webhooks()] == ["0", "1", "2"]


def test_with_another_key_nothing_is_read_and_nothing_changes(database: Database, archive: Archive) -> None:
    take(database, webhook("inbound", inbound_form()))
    age(database)
    archive.keep_new(database)
    database.write(lose)
    for other in (Archive(archive.store, Seal(new_key()), ACCOUNT), spoilt(archive)):
        with pytest.raises(SealBroken):
            replay_from(other, database, ADA, everything)
    assert [*rows(database, Message), *rows(database, Journal), *rows(database, Audit)] == []


def spoilt(archive: Archive) -> Archive:
    """One byte of it was changed."""
    (key,) = archive.store.keys(ACCOUNT, FOLDER)
    sealed = bytearray(archive.store.read(ACCOUNT, key))
    sealed[40] ^= 1
    archive.store.write(ACCOUNT, key, bytes(sealed))
    return archive


def test_rows_that_were_lost_come_back(database: Database, archive: Archive) -> None:
    form = inbound_form(Body="Do you read me?")
    take(database, webhook("inbound", form, now() - timedelta(hours=3)))
    was = only(database, Message)
    age(database)
    archive.keep_new(database)
    database.write(lose)
    (done,) = replay_from(archive, database, ADA, everything)
    assert (done.sid, done.kind, done.changed, done.reason) == (form["MessageSid"], "inbound", 1, "")
    message = only(database, Message)
    assert (message.body, message.sid, message.occurred_at) == (was.body, was.sid, was.occurred_at)
    row = only(database, Journal)
    assert (row.id, row.source, row.occurred_at) == (done.journal_id, "archive", was.occurred_at)
    audited = only(database, Audit)
    assert (audited.verb, audited.subject_id, audited.actor_name) == ("journal.replay", str(row.id), "Ada")
    assert audited.detail["archive"] is True
