"""The time, with its zone: the machine's, unless a block reads another clock."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def _machines() -> datetime:
    return datetime.now(UTC)


_clock: ContextVar[Clock] = ContextVar("clock", default=_machines)


def now() -> datetime:
    """This moment, UTC."""
    return _clock.get()()


@contextmanager
def reading(clock: Clock) -> Iterator[None]:
    """Inside the block `now` is what `clock` returns, an aware time in UTC; for this thread and no other.

    Work that is handed to `Database.write` may be run by another thread on SQLite. Enter the block in the work itself
    wherever others write at the same time.
    """
    before = _clock.set(clock)
    try:
        yield
    finally:
        _clock.reset(before)
