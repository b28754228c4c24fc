"""The clock: the machine's, unless a block reads another one."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

from app.domain import clock

THEN = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def _is_the_machines(moment: datetime) -> bool:
    return abs(datetime.now(UTC) - moment) < timedelta(minutes=1)


def test_a_block_reads_the_clock_it_is_given_and_the_next_one_its_own() -> None:
    with clock.reading(lambda: THEN):
        assert clock.now() == THEN
        with clock.reading(lambda: THEN + timedelta(days=1)):
            assert clock.now() == THEN + timedelta(days=1)
        assert clock.now() == THEN
    assert _is_the_machines(clock.now())


def test_the_block_is_left_by_an_error_too() -> None:
    try:
        with clock.reading(lambda: THEN):
            raise ValueError
    except ValueError:
        assert _is_the_machines(clock.now())


def test_another_thread_keeps_the_machines_time() -> None:
    seen: list[datetime] = []
    with clock.reading(lambda: THEN):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert _is_the_machines(seen[0])
