"""A lock file by which the processes of one machine take turns at writing."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path

_LOOK_AGAIN_SECONDS = 0.0005


class ProcessLock:
    """A lock on a file, held by one process at a time. The kernel gives a dead process's lock back."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._descriptor: int | None = None
        self._process = 0

    @contextlib.contextmanager
    def hold(self, patience: float) -> Iterator[None]:
        """Hold the lock; after `patience` seconds of waiting, go on without it.

        Going on is safe: SQLite has its own lock, and this one is only about waiting less. A process that was
        stopped while it held the lock must not hold up everybody else.
        """
        descriptor = self._open()
        taken = _take(descriptor, time.monotonic() + patience)
        try:
            yield
        finally:
            if taken:
                fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _open(self) -> int:
        # A forked process must not share its parent's descriptor: the lock belongs to the open file.
        if self._descriptor is None or self._process != os.getpid():
            self._descriptor = os.open(self._file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            self._process = os.getpid()
        return self._descriptor


def _take(descriptor: int, deadline: float) -> bool:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(_LOOK_AGAIN_SECONDS)
