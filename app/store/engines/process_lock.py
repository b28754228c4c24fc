"""A lock file by which the processes of one machine take turns at writing, in the order in which they came.

Who wants a turn draws the next number, and holds a lock on the byte of that number until its turn is over. Its turn
has come when no byte before is locked. So whoever lets go comes after all who wait, and a process that dies gives its
number back, since the kernel gives its locks back.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path

_LOOK_AGAIN_SECONDS = 0.0002
# A process that stands still for so long, stopped for instance, is passed over, now and ever after.
STANDS_STILL_SECONDS = 1.0
# The file: 8 bytes with the next number. Locks are on the byte at _DRAWING while a number is drawn, and from _FIRST on.
_NUMBER = struct.Struct("<Q")
_DRAWING, _FIRST = 0, 1
# Linux: struct flock on 64 bits, for locks that belong to an open file and not to a process.
_FLOCK = struct.Struct("hhqqi4x")
# Elsewhere turns are in no order: whoever looks first when the whole file is free has the next one.
_IN_ORDER = hasattr(fcntl, "F_OFD_SETLK") and sys.platform == "linux"


class ProcessLock:
    """Turns, taken by one holder at a time. A process may have several of these, each with one thread in `hold`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._descriptor: int | None = None
        self._process = 0
        self._passed_over = 0
        self._let_go: weakref.finalize[..., ProcessLock] | None = None

    @contextlib.contextmanager
    def hold(self, patience: float) -> Iterator[int | None]:
        """Hold the turn, whose number it yields; after `patience` seconds of waiting, go on without it.

        Going on is safe: SQLite has its own lock, and this one is only about waiting less. A process that was
        stopped while it held the turn must not hold up everybody else.
        """
        descriptor, deadline = self._open(), time.monotonic() + patience
        number = _draw(descriptor, deadline) if _IN_ORDER else None
        locked = not _IN_ORDER and _until(lambda: _lock_whole(descriptor), deadline)
        try:
            if number is not None:
                self._await_turn(descriptor, number, deadline)
            yield number
        finally:
            if number is not None:
                _set(descriptor, fcntl.F_UNLCK, _FIRST + number)
            if locked:
                fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _open(self) -> int:
        # A forked process must not share its parent's descriptor: the locks belong to the open file.
        if self._descriptor is None or self._process != os.getpid():
            self._descriptor = os.open(self._file, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
            self._process = os.getpid()
            # Closed with this lock, or when nobody has it any more.
            self._let_go = weakref.finalize(self, os.close, self._descriptor)
        return self._descriptor

    def close(self) -> None:
        """Close the file; who takes a turn later opens it again."""
        if self._let_go is not None and self._process == os.getpid():
            self._let_go()
        self._descriptor = self._let_go = None

    def _await_turn(self, descriptor: int, number: int, deadline: float) -> None:
        seen, since = -1, 0.0
        while (first := _first_before(descriptor, self._passed_over, number)) is not None:
            now = time.monotonic()
            if first != seen:
                seen, since = first, now
            elif now - since > STANDS_STILL_SECONDS:
                self._passed_over = first + 1
            if now > deadline:
                return
            time.sleep(_LOOK_AGAIN_SECONDS)


def _draw(descriptor: int, deadline: float) -> int | None:
    """A number, with its byte locked; None when somebody stands still while drawing."""
    if not _until(lambda: _set(descriptor, fcntl.F_WRLCK, _DRAWING), deadline):
        return None
    try:
        written = os.pread(descriptor, _NUMBER.size, 0)
        number: int = _NUMBER.unpack(written)[0] if len(written) == _NUMBER.size else 0
        os.pwrite(descriptor, _NUMBER.pack(number + 1), 0)
        _set(descriptor, fcntl.F_WRLCK, _FIRST + number)
        return number
    finally:
        _set(descriptor, fcntl.F_UNLCK, _DRAWING)


def _until(done: Callable[[], bool], deadline: float) -> bool:
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(_LOOK_AGAIN_SECONDS)
    return True


def _lock_whole(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _set(descriptor: int, how: int, byte: int) -> bool:
    try:
        fcntl.fcntl(descriptor, fcntl.F_OFD_SETLK, _FLOCK.pack(how, os.SEEK_SET, byte, 1, 0))
    except (BlockingIOError, PermissionError):
        return False
    return True


def _first_before(descriptor: int, start: int, number: int) -> int | None:
    """The first number from `start` on and before `number` that somebody else has."""
    first = None
    while start < number:
        asked = _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, _FIRST + start, number - start, 0)
        kind, _, found, _, _ = _FLOCK.unpack(fcntl.fcntl(descriptor, fcntl.F_OFD_GETLK, asked))
        if kind == fcntl.F_UNLCK:
            break
        # The kernel names any of them.
        first = number = found - _FIRST
    return first
