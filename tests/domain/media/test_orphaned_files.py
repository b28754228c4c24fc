"""What a killed process left on the shelf is removed, and nothing else."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.clock import now
from app.domain.media import files
from app.domain.media.store import media_store_for
from app.gateways.media_store import MediaMissing, MediaStore
from app.store.database import Database
from app.store.tables import HostedFile
from tests.support.cast import ACCOUNT, KIM, only
from tests.support.hosted import picture
from tests.support.standin import StandIn

LATER = timedelta(hours=1, minutes=1)


@pytest.fixture(params=["file", "database"])
def store(request: pytest.FixtureRequest, database: Database, standin: StandIn, tmp_path: Path) -> MediaStore:
    """Both shelves."""
    place = f"file:{tmp_path / 'media'}" if request.param == "file" else "database:"
    return media_store_for(standin.settings.model_copy(update={"media_store": place}), database)


def test_a_file_without_a_row_is_removed_after_an_hour(database: Database, store: MediaStore) -> None:
    kept = files.host(database, store, KIM, "wheel.png", picture())
    store.write(ACCOUNT, "out/stray", b"nobody's")
    store.write(ACCOUNT, "in/7-0", b"a customer's")
    assert files.delete_orphaned_files(database, store, ACCOUNT, now()) == 0
    assert files.delete_orphaned_files(database, store, ACCOUNT, now() + LATER) == 1
    with pytest.raises(MediaMissing):
        store.read(ACCOUNT, "out/stray")
    assert store.read(ACCOUNT, only(database, HostedFile, id=kept).key) == picture()
    assert store.read(ACCOUNT, "in/7-0") == b"a customer's"


def test_a_half_written_file_is_removed_after_an_hour(database: Database, standin: StandIn, tmp_path: Path) -> None:
    store = media_store_for(standin.settings.model_copy(update={"media_store": f"file:{tmp_path}"}), database)
    store.write(ACCOUNT, "in/7-0", b"whole")
    old, fresh = (tmp_path / ACCOUNT / "in" / f".7-0.{number}.part" for number in range(2))
    for file in (old, fresh):
        file.write_bytes(b"who")
    past = (now() - LATER).timestamp()
    os.utime(old, (past, past))
    assert files.delete_orphaned_files(database, store, ACCOUNT, now()) == 1
    assert sorted(file.name for file in (tmp_path / ACCOUNT / "in").iterdir()) == [fresh.name, "7-0"]
