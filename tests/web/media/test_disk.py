"""A disk that is really full: a small file system of its own; where none can be mounted, one that says so as late."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.store.tables import HostedFile
from tests.support.cast import rows
from tests.support.hosted import picture
from tests.support.office import Office
from tests.web.media.test_page import upload

ROOM = 128 * 1024


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with room for so much."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)]
    if os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0:
        yield folder
        subprocess.run(["umount", "-l", str(folder)], check=True)
        return
    written = os.fsync

    def fsync(file: int) -> None:
        if os.fstat(file).st_size > ROOM:
            raise OSError(errno.ENOSPC, "No space left on device")
        written(file)

    monkeypatch.setattr("os.fsync", fsync)
    yield folder


def test_what_finds_no_room_leaves_nothing_and_less_goes_in(
    make_office: Callable[..., Office], small_disk: Path
) -> None:
    office = make_office(MEDIA_STORE=f"file:{small_disk}").hire("kim")
    browser = office.browser("kim")
    answer = upload(browser, ("manual.pdf", b"%PDF-1.7\n" + b"x" * 2 * ROOM))
    assert (answer.status_code, "disk is full" in answer.text) == (507, True)
    assert rows(office.database, HostedFile) == []
    assert [path for path in small_disk.rglob("*") if path.is_file()] == []
    assert upload(browser, ("wheel.png", picture())).status_code == 200
    assert len(rows(office.database, HostedFile)) == 1
