"""Where files are kept (MEDIA_STORE): what every media store does, and the one that is a folder."""

from __future__ import annotations

import io
import os
import re
import uuid
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from app.gateways.streams import Measured, Readable, Stored

_UNFINISHED = ".part"
_KEY = re.compile(r"[a-z0-9][a-z0-9._/-]{0,118}")


class MediaMissing(Exception):
    """No file is kept under this key."""


class StoreDown(OSError):
    """The media store doesn't answer, or doesn't take the file; `strerror` says why."""

    def __init__(self, why: str) -> None:
        super().__init__(None, why)


class StoredFile(NamedTuple):
    """A file that is open: a stream that can be sought, and its size. Whoever opened it closes the stream."""

    stream: BinaryIO
    size: int


class MediaStore(Protocol):
    """Files by account and key. Writing a key again replaces the whole file at once; a reader sees a whole one or none.

    Whatever can't be done because of disk, network or service raises OSError: StoreDown where nothing else says more.
    """

    def write_stream(self, account_sid: str, key: str, stream: Readable) -> Stored: ...

    def open(self, account_sid: str, key: str) -> StoredFile: ...

    def write(self, account_sid: str, key: str, content: bytes) -> None: ...

    def read(self, account_sid: str, key: str) -> bytes: ...

    def delete(self, account_sid: str, key: str) -> None: ...

    def keys(self, account_sid: str, prefix: str, before: datetime | None = None) -> list[str]: ...

    def forget_unfinished(self, account_sid: str, before: datetime) -> int: ...


def check_key(account_sid: str, key: str) -> str:
    """The place of a file, as a path. Raises MediaMissing for what is no key."""
    if not _KEY.fullmatch(key) or ".." in key or not account_sid.isalnum():
        raise MediaMissing(key)
    return f"{account_sid}/{key}"


class Folder:
    """Files below one folder. A reader sees a whole file or none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write_stream(self, account_sid: str, key: str, stream: Readable) -> Stored:
        """Keep the file, on disk before this returns. Raises OSError when the disk doesn't take it."""
        file, measured = self._file(account_sid, key), Measured(stream)
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        unfinished = file.with_name(f".{file.name}.{uuid.uuid4().hex}{_UNFINISHED}")
        try:
            with unfinished.open("xb") as out:
                for piece in measured.pieces():
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            unfinished.replace(file)
            _keep_name(file.parent)
        finally:
            unfinished.unlink(missing_ok=True)
        return measured.stored()

    def open(self, account_sid: str, key: str) -> StoredFile:
        """The file, open. Raises MediaMissing and StoreDown."""
        try:
            stream = self._file(account_sid, key).open("rb")
        except FileNotFoundError:
            if not self._folder.exists():
                # Not mounted, most likely.
                raise StoreDown("the folder is not there") from None
            raise MediaMissing(key) from None
        except OSError as error:
            raise StoreDown(error.strerror or type(error).__name__) from error
        return StoredFile(stream, os.fstat(stream.fileno()).st_size)

    def write(self, account_sid: str, key: str, content: bytes) -> None:
        """Keep a small file; see `write_stream`."""
        write_whole(self, account_sid, key, content)

    def read(self, account_sid: str, key: str) -> bytes:
        """A small file's bytes. Raises MediaMissing."""
        return read_whole(self, account_sid, key)

    def delete(self, account_sid: str, key: str) -> None:
        """Forget the file, if it is there."""
        self._file(account_sid, key).unlink(missing_ok=True)

    def keys(self, account_sid: str, prefix: str, before: datetime | None = None) -> list[str]:
        """The keys that begin with `prefix` (a folder's name and a slash, or ''), in order; those written before."""
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
        return self._folder / check_key(account_sid, key)


def write_whole(store: MediaStore, account_sid: str, key: str, content: bytes) -> None:
    """Keep what is in memory already."""
    store.write_stream(account_sid, key, io.BytesIO(content))


def read_whole(store: MediaStore, account_sid: str, key: str) -> bytes:
    """All of a file that is known to be small. Raises MediaMissing."""
    with store.open(account_sid, key).stream as stream:
        return stream.read()


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
