"""Files go from one store to another while both are in use, whatever ends the move in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from app import fault_points
from app.domain.clock import now, reading
from app.domain.media.move import HOLD, MoveRefused, move
from app.domain.media.store import media_store_for
from app.domain.media.two_stores import TwoStores
from app.gateways.media_store import Folder, MediaMissing
from app.settings import Settings
from app.store.database import Database
from tests.support.buckets import BucketServer
from tests.support.cast import ACCOUNT

FILES = {f"out/{number:02d}": bytes([number]) * (300_000 + number) for number in range(8)} | {
    "in/1-0": b"",
    "in/2-0": b"v",
}
ROOT = Path(__file__).parents[3]
KILLED = """
import os, signal
from app import fault_points
from app.cli import main
left = [4]
def look(point):
    left[0] -= point == fault_points.IN_MEDIA_MOVE
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
fault_points.watch(look)
main()
"""


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """The store of before, with some files."""
    folder = Folder(tmp_path / "old")
    for key, content in FILES.items():
        folder.write(ACCOUNT, key, content)
    return folder


@pytest.fixture
def moving(make_settings: Callable[..., Settings], folder: Folder, database: Database, tmp_path: Path) -> TwoStores:
    """From a folder to the database."""
    settings = make_settings(MEDIA_STORE="database:", MEDIA_STORE_BEFORE=f"file:{tmp_path / 'old'}")
    stores = media_store_for(settings, database)
    assert isinstance(stores, TwoStores)
    return stores


def contents(store: object) -> dict[str, bytes]:
    return {key: store.read(ACCOUNT, key) for key in store.keys(ACCOUNT, "")}  # type: ignore[attr-defined]


def test_a_move_that_is_killed_leaves_every_file_in_reach_and_is_run_again(
    environment: dict[str, str], database: Database, database_url: str, moving: TwoStores, tmp_path: Path
) -> None:
    given = {
        **environment,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "DATABASE_URL": database_url,
        "MEDIA_STORE": "database:",
        "MEDIA_STORE_BEFORE": f"file:{tmp_path / 'old'}",
    }
    process = subprocess.run(
        [sys.executable, "-c", KILLED, "media", "move"],
        env={"PATH": os.environ["PATH"], **given},
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert process.returncode == -signal.SIGKILL, process.stderr
    assert len(moving.store.keys(ACCOUNT, "")) == 4
    assert contents(moving) == FILES
    with pytest.raises(MoveRefused):
        move(database, moving, ACCOUNT)
    later = now() + HOLD + timedelta(seconds=1)
    with reading(lambda: later):
        done = move(database, moving, ACCOUNT, readers_seconds=0)
    assert sorted(done.moved) == sorted(FILES)
    assert contents(moving.store) == FILES
    assert contents(moving.before) == {}


def test_files_go_to_a_bucket_and_are_found_at_every_step(
    database: Database, settings_of_bucket: Settings, folder: Folder, tmp_path: Path
) -> None:
    stores = TwoStores(media_store_for(settings_of_bucket, database), folder)
    seen: list[dict[str, bytes]] = []
    move(database, stores, ACCOUNT, lambda key: seen.append(contents(stores)), readers_seconds=0)
    assert seen == [FILES] * len(FILES)
    assert contents(stores.store) == FILES


@pytest.fixture
def settings_of_bucket(make_settings: Callable[..., Settings], buckets: BucketServer) -> Settings:
    """Settings with a bucket."""
    return buckets.settings(make_settings())


def test_what_is_deleted_in_the_middle_does_not_come_back(
    database: Database, moving: TwoStores, monkeypatch: pytest.MonkeyPatch
) -> None:
    def delete_once_copied(_point: str) -> None:
        if "out/03" in moving.store.keys(ACCOUNT, ""):
            moving.delete(ACCOUNT, "out/03")

    monkeypatch.setattr(fault_points, "_watch", delete_once_copied)
    move(database, moving, ACCOUNT, readers_seconds=0)
    assert contents(moving) == {key: content for key, content in FILES.items() if key != "out/03"}
    with pytest.raises(MediaMissing):
        moving.open(ACCOUNT, "out/03")


def test_files_that_differ_stay_in_both_and_the_new_one_counts(database: Database, moving: TwoStores) -> None:
    moving.write(ACCOUNT, "out/05", b"another")
    done = move(database, moving, ACCOUNT, readers_seconds=0)
    assert done.differ == ["out/05"]
    assert moving.read(ACCOUNT, "out/05") == b"another"
    assert moving.before.read(ACCOUNT, "out/05") == FILES["out/05"]
