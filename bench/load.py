"""The two ways of loading a server: as fast as it answers, and at fixed times whether it answers or not."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bench.posts import Posted
from bench.wire import Wire, Wires

LONGEST_WAIT_SECONDS = 20.0


class WrongAnswer(Exception):
    """The server answered something other than 2xx, or nothing."""


@dataclass
class Outcome:
    """What was answered 2xx, in which time (seconds), and how long the run took."""

    seconds: float = 0.0
    answered: list[Posted] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    answered_at: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.answered) / self.seconds


def closed_loop(port: int, posts: Sequence[Posted], connections: int, seconds: float) -> Outcome:
    """`connections` clients, each posting its next form when the last one is answered, for `seconds` or all `posts`.

    Raises WrongAnswer.
    """
    wires, outcome, waiting = Wires(port, connections), Outcome(), iter(posts)
    under_way: dict[Wire, tuple[Posted, float]] = {}
    began = time.perf_counter()
    try:
        for _ in range(connections):
            _post_next(wires, waiting, under_way)
        while under_way:
            for wire in wires.ready(LONGEST_WAIT_SECONDS) or _silent():
                if (status := wire.answer()) is None:
                    continue
                _take(outcome, *under_way.pop(wire), status)
                wires.give_back(wire)
                if time.perf_counter() - began < seconds:
                    _post_next(wires, waiting, under_way)
    finally:
        wires.close()
    outcome.seconds = time.perf_counter() - began
    return outcome


def open_loop(port: int, schedule: Sequence[tuple[float, Posted]], connections: int = 64) -> Outcome:
    """Post each form at its time (seconds from the start), on a free connection or a new one.

    Latencies count from the scheduled time, so a server that falls behind can't hide it. Raises WrongAnswer.
    """
    wires, outcome = Wires(port, connections), Outcome()
    due = deque(schedule)
    under_way: dict[Wire, tuple[Posted, float]] = {}
    began = time.perf_counter()
    try:
        while due or under_way:
            now = time.perf_counter() - began
            while due and due[0][0] <= now:
                at, posted = due.popleft()
                wire = wires.take()
                under_way[wire] = (posted, began + at)
                wire.post(posted.request)
            until_next = due[0][0] - (time.perf_counter() - began) if due else LONGEST_WAIT_SECONDS
            ready = wires.ready(until_next)
            if not ready and not due:
                _silent()
            for wire in ready:
                if (status := wire.answer()) is not None:
                    _take(outcome, *under_way.pop(wire), status)
                    wires.give_back(wire)
    finally:
        wires.close()
    outcome.seconds = time.perf_counter() - began
    return outcome


def _post_next(wires: Wires, waiting: Iterator[Posted], under_way: dict[Wire, tuple[Posted, float]]) -> None:
    if posted := next(waiting, None):
        wire = wires.take()
        under_way[wire] = (posted, time.perf_counter())
        wire.post(posted.request)


def _take(outcome: Outcome, posted: Posted, since: float, status: int) -> None:
    if not 200 <= status < 300:
        raise WrongAnswer(f"{posted.key} was answered {status}")
    outcome.answered.append(posted)
    outcome.latencies.append(time.perf_counter() - since)
    outcome.answered_at.append(time.time())


def _silent() -> list[Wire]:
    raise WrongAnswer(f"no answer within {LONGEST_WAIT_SECONDS} s")
