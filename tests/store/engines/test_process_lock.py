"""Processes write in the order in which they came, however greedy some are, and nobody waits for a dead one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from app.store.engines import process_lock
from app.store.engines.process_lock import ProcessLock
from harness.waiting import until
from tests.store.engines.turn_taker import note, notes_of


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "turns"


@pytest.fixture
def processes() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


def start(processes: ExitStack, file: Path, how: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.store.engines.turn_taker", str(file), how]
    process = processes.enter_context(subprocess.Popen(command))
    processes.callback(process.kill)
    return process


def noted(file: Path) -> list[tuple[str, int]]:
    lines = notes_of(file).read_text().splitlines()
    return [(who, int(number)) for who, number in (line.split() for line in lines)]


def test_who_writes_now_and_then_waits_for_those_before_and_for_no_turn_more(file: Path, processes: ExitStack) -> None:
    greedy = [start(processes, file, "greedy") for _ in range(2)]
    until(lambda: notes_of(file).exists() and len(noted(file)) > 10, 60)
    lock, descriptor = ProcessLock(file), os.open(notes_of(file), os.O_WRONLY | os.O_APPEND)
    for _ in range(30):
        seen = drawn(file)
        # The greedy ones go on meanwhile.
        until(lambda seen=seen: drawn(file) > seen, 60)  # type: ignore[misc]
        with lock.hold(60) as number:
            note(descriptor, "patient", number)
    os.close(descriptor)
    file.with_name("enough").touch()
    assert [process.wait(60) for process in greedy] == [0, 0]
    turns = noted(file)
    # Each was held in the order in which it was drawn, so that at most one turn of each other comes before one's own.
    assert [number for _, number in turns] == list(range(len(turns)))
    assert [who for who, _ in turns].count("patient") == 30
    assert len(turns) > 60


def test_a_killed_holder_gives_its_turn_back(file: Path, processes: ExitStack) -> None:
    holder = start(processes, file, "hold")
    until(lambda: notes_of(file).exists() and noted(file), 60)
    waiting = start(processes, file, "once")
    until(lambda: drawn(file) == 2, 60)
    assert len(noted(file)) == 1
    holder.kill()
    assert waiting.wait(30) == 0
    assert noted(file) == [("hold", 0), ("once", 1)]


def drawn(file: Path) -> int:
    """How many numbers were drawn."""
    return int.from_bytes(file.read_bytes()[:8], "little")


@pytest.mark.parametrize("how", ["hold", "once"])
def test_a_stopped_process_is_passed_over_once_and_for_all(
    file: Path, processes: ExitStack, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(process_lock, "STANDS_STILL_SECONDS", 0.05)
    lock, mine = ProcessLock(file), ProcessLock(file)
    with lock.hold(60) as first:
        stopped = start(processes, file, how)
        until(lambda: drawn(file) == 2, 60)
        stopped.send_signal(signal.SIGSTOP)
    assert first == 0

    def counted(_seconds: Any) -> None:
        slept.append(_seconds)
        os.sched_yield()

    monkeypatch.setattr("app.store.engines.process_lock.time.sleep", counted)
    with mine.hold(60) as second:
        assert (second, bool(slept)) == (2, True)
    slept.clear()
    with mine.hold(60) as third:
        assert (third, slept) == (3, [])
    stopped.send_signal(signal.SIGCONT)
    if how == "once":
        assert stopped.wait(60) == 0


def test_patience_ends_and_the_work_goes_on(file: Path) -> None:
    with ProcessLock(file).hold(60), ProcessLock(file).hold(0.01) as number:
        assert number == 1
    with ProcessLock(file).hold(0.01) as number:
        assert number == 2


def test_a_forked_process_takes_turns_of_its_own(file: Path) -> None:
    lock = ProcessLock(file)
    with lock.hold(60):
        child = os.fork()
        if not child:
            code = 2
            try:
                with lock.hold(0.01) as number:
                    code = 0 if number == 1 and process_lock._first_before(lock._open(), 0, 1) == 0 else 1
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_where_files_have_no_such_locks_turns_are_taken_in_no_order(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process_lock, "_IN_ORDER", False)
    one, other = ProcessLock(file), ProcessLock(file)
    with one.hold(60) as number, other.hold(0.01):
        assert number is None
        assert not process_lock._lock_whole(other._open())
    assert process_lock._lock_whole(other._open())
