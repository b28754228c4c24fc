"""How long customers' files took to come, as a chart: a dot for each file, by time and delay."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

WIDTH, HEIGHT = 720, 180
_LEFT, _BOTTOM, _TOP, _RIGHT = 62, 22, 8, 8
_SHORTEST, _LONGEST = 0.1, 3600.0
_GRID = (1, 10, 60, 600, 3600)


@dataclass(frozen=True)
class Dot:
    """A file's place in the chart; `late` when Twilio did not have it at once."""

    x: float
    y: float
    late: bool


@dataclass(frozen=True)
class DelayChart:
    """The dots, the lines behind them (seconds and height), and what the delays come to."""

    dots: list[Dot]
    lines: list[tuple[int, float]]
    median: float
    p95: float
    longest: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    bottom: int = HEIGHT - _BOTTOM


def delay_chart(came: Sequence[tuple[datetime, timedelta, bool]], start: datetime, end: datetime) -> DelayChart | None:
    """The chart of files by when their webhook came, how long they took, and whether they were late."""
    if not came:
        return None
    span = (end - start).total_seconds() or 1.0
    inner = WIDTH - _LEFT - _RIGHT
    dots = [
        Dot(round(_LEFT + inner * (at - start).total_seconds() / span, 1), _height(took.total_seconds()), late)
        for at, took, late in came
    ]
    sorted_delays = sorted(took.total_seconds() for _, took, _ in came)
    return DelayChart(
        dots,
        [(seconds, _height(seconds)) for seconds in _GRID],
        _share(sorted_delays, 0.5),
        _share(sorted_delays, 0.95),
        sorted_delays[-1],
    )


def _height(seconds: float) -> float:
    held = min(max(seconds, _SHORTEST), _LONGEST)
    share = math.log(held / _SHORTEST) / math.log(_LONGEST / _SHORTEST)
    return round(HEIGHT - _BOTTOM - share * (HEIGHT - _BOTTOM - _TOP), 1)


def _share(delays: Sequence[float], share: float) -> float:
    return delays[min(len(delays) - 1, math.ceil(share * len(delays)) - 1)]
