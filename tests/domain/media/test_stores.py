"""What every media store does: the folder, the bucket and the database."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from app.domain.clock import now
from app.domain.media.store import media_store_for
from app.gateways.media_store import MediaMissing, MediaStore, StoreDown
from app.gateways.s3 import Bucket
from app.settings import Settings
from app.store.database import Database
from app.store.tables import MediaBytes, MediaPiece, MediaUnfinished
from harness.ports import free_port
from tests.support.cast import ACCOUNT, STRANGER_ACCOUNT, rows

LARGE = bytes(range(256)) * 24_001
LATER = timedelta(hours=1)


@pytest.fixture(params=["file", "s3", "database"])
def store(
    request: pytest.FixtureRequest, database: Database, make_settings: Callable[..., Settings], tmp_path: Path
) -> MediaStore:
    """Each of them, empty."""
    settings = make_settings(MEDIA_STORE="database:" if request.param == "database" else f"file:{tmp_path / 'media'}")
    if request.param == "s3":
        settings = request.getfixturevalue("buckets").settings(settings)
    return media_store_for(settings, database)


class Dribble(io.BytesIO):
    """A stream that gives less than it is asked for, as sockets do, and may break off."""

    def __init__(self, content: bytes, *, breaks_after: int = len(LARGE) + 1) -> None:
        super().__init__(content)
        self.most = 0
        self._breaks_after = breaks_after

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert size > 0, "asked for all at once"
        self.most = max(self.most, size)
        if self.tell() > self._breaks_after:
            raise OSError("the connection broke off")
        return super().read(min(size, 100_000))


def test_what_was_written_is_read_in_whole_and_in_part(store: MediaStore) -> None:
    stream = Dribble(LARGE)
    assert store.write_stream(ACCOUNT, "out/large", stream) == (len(LARGE), hashlib.sha256(LARGE).hexdigest())
    assert stream.most <= 5 * 1024 * 1024
    opened = store.open(ACCOUNT, "out/large")
    with opened.stream as file:
        assert opened.size == len(LARGE)
        assert file.read() == LARGE
        for start in (0, 1, 512 * 1024 - 1, 5_000_000, len(LARGE) - 3, len(LARGE), len(LARGE) + 9):
            file.seek(start)
            assert file.read(10) == LARGE[start : start + 10]
        file.seek(-5, io.SEEK_END)
        assert file.read(100) == LARGE[-5:]
    assert store.read(ACCOUNT, "out/large") == LARGE


@pytest.mark.parametrize("content", [b"", b"x", b"y" * 512 * 1024])
def test_small_files_are_files_too(store: MediaStore, content: bytes) -> None:
    store.write(ACCOUNT, "in/1-0", content)
    assert store.read(ACCOUNT, "in/1-0") == content
    with (opened := store.open(ACCOUNT, "in/1-0")).stream:
        assert opened.size == len(content)


def test_writing_again_replaces_the_whole_and_whoever_reads_reads_on(store: MediaStore) -> None:
    store.write(ACCOUNT, "in/1-0", LARGE)
    with store.open(ACCOUNT, "in/1-0").stream as before:
        begun = before.read(10)
        store.write(ACCOUNT, "in/1-0", b"short")
        assert store.read(ACCOUNT, "in/1-0") == b"short"
        if not isinstance(store, Bucket):
            assert begun + before.read() == LARGE
    assert store.keys(ACCOUNT, "in/") == ["in/1-0"]


def test_what_broke_off_is_no_file_and_leaves_nothing(store: MediaStore) -> None:
    with pytest.raises(OSError, match="broke off"):
        store.write_stream(ACCOUNT, "out/half", Dribble(LARGE, breaks_after=5_500_000))
    with pytest.raises(MediaMissing):
        store.open(ACCOUNT, "out/half")
    assert store.keys(ACCOUNT, "") == []
    assert store.forget_unfinished(ACCOUNT, now() + LATER) == 0


def test_keys_are_told_by_beginning_age_and_account(store: MediaStore) -> None:
    for key in ("out/b", "out/a", "in/7-0", "archive/2026-11-20/1-2"):
        store.write(ACCOUNT, key, b"x")
    store.write(STRANGER_ACCOUNT, "out/c", b"x")
    assert store.keys(ACCOUNT, "out/") == ["out/a", "out/b"]
    assert store.keys(ACCOUNT, "") == ["archive/2026-11-20/1-2", "in/7-0", "out/a", "out/b"]
    assert store.keys(ACCOUNT, "out/", now() - LATER) == []
    assert store.keys(ACCOUNT, "out/", now() + LATER) == ["out/a", "out/b"]


def test_what_is_deleted_is_missing_and_may_be_deleted_again(store: MediaStore) -> None:
    store.write(ACCOUNT, "out/a", LARGE)
    store.delete(ACCOUNT, "out/a")
    store.delete(ACCOUNT, "out/a")
    for key in ("out/a", "../out/a", "Out/a", ""):
        with pytest.raises(MediaMissing):
            store.read(ACCOUNT, key)


def test_the_database_keeps_no_piece_that_is_nobodys(
    database: Database, make_settings: Callable[..., Settings]
) -> None:
    store = media_store_for(make_settings(MEDIA_STORE="database:"), database)
    store.write(ACCOUNT, "in/1-0", LARGE)
    store.write(ACCOUNT, "in/1-0", b"short")
    assert store.forget_unfinished(ACCOUNT, now() - LATER) == 0
    assert store.forget_unfinished(ACCOUNT, now() + LATER) == 1
    assert [piece.content for piece in rows(database, MediaPiece)] == [b"short"]
    assert rows(database, MediaUnfinished) == []
    store.delete(ACCOUNT, "in/1-0")
    assert rows(database, MediaPiece) == []


def test_a_file_of_before_pieces_is_read_as_it_was(database: Database, make_settings: Callable[..., Settings]) -> None:
    old = {"account_sid": ACCOUNT, "key": "out/old", "content": b"as it was", "created_at": now()}
    database.write(lambda session: session.execute(sa.insert(MediaBytes).values(**old)))
    store = media_store_for(make_settings(MEDIA_STORE="database:"), database)
    assert store.read(ACCOUNT, "out/old") == b"as it was"
    store.delete(ACCOUNT, "out/old")
    assert store.keys(ACCOUNT, "") == []


def test_a_bucket_that_is_away_says_so(make_settings: Callable[..., Settings]) -> None:
    away = {"media_store": "s3://gone", "s3_endpoint_url": f"http://127.0.0.1:{free_port()}"}
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "y", "aws_default_region": "eu-central-1"}
    store = media_store_for(make_settings().model_copy(update={**away, **keys}), None)  # type: ignore[arg-type]
    with pytest.raises(StoreDown):
        store.open(ACCOUNT, "out/a")
    with pytest.raises(StoreDown):
        store.write(ACCOUNT, "out/a", b"x")
