"""A folder that keeps what the database could not take: one file for each webhook, safe before it is answered."""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from app.store.errors import DatabaseUnavailable, HeldUp


class Spool:
    """Files of JSON. Each is written whole, fsynced (file and folder), and removed once it was taken in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, entry: dict[str, Any]) -> None:
        """Keep one entry. Raises OSError when the disk doesn't take it; then nothing is kept."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = f"{entry['occurred_at'].replace(':', '')}-{uuid.uuid4().hex}"
        unfinished = self._folder / f"{name}.part"
        try:
            with open(unfinished, "xb", opener=_private) as file:
                file.write(json.dumps(entry).encode())
                file.flush()
                os.fsync(file.fileno())
            unfinished.rename(self._folder / f"{name}.json")
        except OSError:
            with contextlib.suppress(OSError):
                unfinished.unlink()
            raise
        _sync_folder(self._folder)

    def waiting(self) -> int:
        """The number of webhooks that wait in the spool."""
        return sum(1 for _ in self._files())

    def oldest(self) -> datetime | None:
        """When the oldest entry that waits happened; None when none waits. The files' names say it."""
        names = sorted(file.stem for file in self._files())
        return datetime.fromisoformat(names[0].rpartition("-")[0]) if names else None

    def drain(self, take: Callable[[dict[str, Any]], None]) -> int:
        """Hand every entry to `take`, oldest first, and remove it when that returns. Returns how many.

        DatabaseUnavailable ends the run, but an entry that is held up waits for the next one. An entry that can't be
        read or taken stays, for a person to see, and holds up no other; then its error is raised at the end. Two
        processes may drain at once: taking in is idempotent.
        """
        taken, troubles = 0, list[Exception]()
        for file in sorted(self._files()):
            try:
                take(json.loads(file.read_bytes()))
                file.unlink(missing_ok=True)
                taken += 1
            except (FileNotFoundError, HeldUp):
                continue
            except DatabaseUnavailable:
                raise
            except Exception as error:
                error.add_note(f"in the spool's {file.name}")
                troubles.append(error)
        if troubles:
            raise troubles[0]
        return taken

    def entries(self) -> Iterator[tuple[dict[str, Any], Callable[[], None]]]:
        """Every entry that can be read, oldest first, with what removes it."""
        for file in sorted(self._files()):
            with contextlib.suppress(OSError, ValueError):
                entry: dict[str, Any] = json.loads(file.read_bytes())
                yield entry, partial(file.unlink, missing_ok=True)

    def _files(self) -> Iterator[Path]:
        return self._folder.glob("*.json")


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
