"""The chart of what was sent on each day: read, delivered and not read, sent and not delivered, one on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.reports.performance import Counts

WIDTH, HEIGHT = 560, 144
LEFT, RIGHT, TOP, BOTTOM = 34, 556, 12, 120
_LABELS = 7
_STEPS = (1, 2, 5)


@dataclass(frozen=True)
class Piece:
    """A part of a day's bar: `kind` is its class."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class DaysChart:
    """The pieces of all bars, lines with their numbers, and days with the place where they are written."""

    pieces: Sequence[Piece]
    lines: Sequence[tuple[int, float]]
    labels: Sequence[tuple[float, date]]
    busiest: tuple[date, int]


def days_chart(by_day: Sequence[tuple[date, Counts]]) -> DaysChart:
    """The chart of these days."""
    busiest = max(by_day, key=lambda one: one[1].sent)
    step = _step(busiest[1].sent)
    top = step * max(-(-busiest[1].sent // step), 1)
    slot = (RIGHT - LEFT) / len(by_day)
    pieces = [
        piece for place, (_day, counts) in enumerate(by_day) for piece in _bar(counts, LEFT + place * slot, slot, top)
    ]
    every = -(-len(by_day) // _LABELS)
    labels = [(round(LEFT + (place + 0.5) * slot, 1), day) for place, (day, _counts) in enumerate(by_day)]
    lines = [(number, round(_height(top - number, top) + TOP, 1)) for number in range(0, top + 1, step)]
    return DaysChart(pieces, lines, labels[every // 2 :: every], (busiest[0], busiest[1].sent))


def _bar(counts: Counts, x: float, slot: float, top: int) -> list[Piece]:
    width, y, found = min(slot * 0.8, 36), float(BOTTOM), []
    parts = (("a", counts.read), ("a2", counts.delivered - counts.read), ("n", counts.sent - counts.delivered))
    for kind, count in parts:
        if count > 0:
            height = _height(count, top)
            y -= height
            found.append(Piece(kind, *(round(one, 1) for one in (x + (slot - width) / 2, y, width, height))))
    return found


def _height(count: int, top: int) -> float:
    return count / top * (BOTTOM - TOP)


def _step(most: int) -> int:
    """1, 2, 5, 10, 20 and so on, so that there are at most four lines above the lowest."""
    step, power = 1, 1
    while step * 4 < most:
        power *= 10 if step == 5 * power else 1
        step = next((one * power for one in _STEPS if one * power > step), power)
    return step
