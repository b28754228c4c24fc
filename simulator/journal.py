"""Append-only files of JSON lines: what survives a restart of the stand-in."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO


class Journal:
    """One file of JSON lines. A last line that a kill cut short is dropped when the file is opened again."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file: BinaryIO | None = None

    def rows(self) -> Iterator[dict[str, Any]]:
        """Every whole line, oldest first."""
        if not self.path.exists():
            return
        with self.path.open("rb") as lines:
            for line in lines:
                if line.endswith(b"\n"):
                    yield json.loads(line)

    def append(self, row: dict[str, Any]) -> None:
        """Add one line and hand it to the operating system at once, so that a kill of this process loses
        nothing.
        """
        line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass") + b"\n"
        with self._lock:
            self._opened().write(line)

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            if self._file:
                self._file.close()
                self._file = None
            self.path.unlink(missing_ok=True)

    def _opened(self) -> BinaryIO:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._drop_cut_line()
            self._file = self.path.open("ab", buffering=0)
        return self._file

    def _drop_cut_line(self) -> None:
        if not self.path.exists():
            return
        content = self.path.read_bytes()
        if not content.endswith(b"\n"):
            self.path.write_bytes(content[: content.rfind(b"\n") + 1])
