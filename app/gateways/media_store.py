"""Where files are kept: a folder, or the database where disks are not kept (MEDIA_STORE)."""

from __future__ import annotations

import os
import re
import uuid
from datetime import datetime
from pathlib import Path
from typing import Protocol

_UNFINISHED = ".part"
_KEY = re.compile(r"[a-z0-9][a-z0-9._/-]{0,118}")


class MediaMissing(Exception):
    """No file is kept under this key."""


class MediaStore(Protocol):
    """Files by account and key. Writing a key again replaces the whole file at once."""

    def write(self, account_sid: str, key: str, content: bytes) -> None: ...

    def read(self, account_sid: str, key: str) -> bytes: ...

    def delete(self, account_sid: str, key: str) -> None: ...

    def keys(self, account_sid: str, prefix: str, before: datetime | None = None) -> list[str]: ...

    def forget_unfinished(self, account_sid: str, before: datetime) -> int: ...


class Folder:
    """Files below one folder. A reader sees a whole file or none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, account_sid: str, key: str, content: bytes) -> None:
        """Keep the file, on disk before this returns. Raises OSError when the disk doesn't take it."""
        file = self._file(account_sid, key)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = file.with_name(f".{file.name}.{uuid.uuid4().hex}{_UNFINISHED}")
        try:
            with unfinished.open("xb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            unfinished.replace(file)
            _keep_name(file.parent)
        finally:
            unfinished.unlink(missing_ok=True)

    def read(self, account_sid: str, key: str) -> bytes:
        """The file's bytes. Raises MediaMissing."""
        try:
            return self._file(account_sid, key).read_bytes()
        except FileNotFoundError:
            raise MediaMissing(key) from None

    def delete(self, account_sid: str, key: str) -> None:
        """Forget the file, if it is there."""
        self._file(account_sid, key).unlink(missing_ok=True)

    def keys(self, account_sid: str, prefix: str, before: datetime | None = None) -> list[str]:
        """The keys that begin with `prefix` (a folder's name and a slash), in order; those written before then."""
        base = self._folder / account_sid
        found = (file for file in (base / prefix).rglob("*") if _is_whole(file) and _is_older(file, before))
        keys = (file.relative_to(base).as_posix() for file in found)
        return sorted(key for key in keys if _KEY.fullmatch(key))

    def forget_unfinished(self, account_sid: str, before: datetime) -> int:
        """Remove what a process that died had begun to write before then; returns how many."""
        left = [file for file in (self._folder / account_sid).rglob(f".*{_UNFINISHED}") if _is_older(file, before)]
        for file in left:
            file.unlink(missing_ok=True)
        return len(left)

    def _file(self, account_sid: str, key: str) -> Path:
        if not _KEY.fullmatch(key) or ".." in key or not account_sid.isalnum():
            raise MediaMissing(key)
        return self._folder / account_sid / key


def _is_older(file: Path, before: datetime | None) -> bool:
    if before is None:
        return True
    try:
        return file.stat().st_mtime < before.timestamp()
    except FileNotFoundError:
        # It was finished, or removed, in between.
        return False


def _is_whole(file: Path) -> bool:
    # What begins with a dot was being written when the power went.
    return file.is_file() and not file.name.startswith(".")


def _keep_name(folder: Path) -> None:
    """A file's name is on disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
