"""When people write: in a workshop's hours, less on weekends, hardly at night."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from demo.script import Line

_STEP = timedelta(minutes=17)
# The product confirms an opt-out at once; a person who sends again has first seen that the answer stays away.
_SECONDS = {"confirmation": 0.04, "again": 24.0}


def offsets(lines: Sequence[Line], chance: random.Random) -> list[timedelta]:
    """When each line is said, counted from the first."""
    told = [timedelta(0)]
    for before, line in zip(lines, lines[1:], strict=False):
        told.append(told[-1] + (line.pause or timedelta(0)) + timedelta(seconds=_seconds(before, line, chance)))
    return told


def _seconds(before: Line, line: Line, chance: random.Random) -> float:
    for tag, seconds in _SECONDS.items():
        if tag in line.tags:
            return seconds
    if line.pause is not None:
        return chance.uniform(5, 240)
    if before.inbound == line.inbound:
        return chance.uniform(12, 70)
    longest = 14 * 60 if line.inbound else 9 * 60
    return chance.triangular(25, longest, 90)


def liveliness(at: datetime) -> float:
    """How likely somebody writes at this moment, from 0 to 1."""
    hour, weekday = at.hour + at.minute / 60, at.weekday()
    if weekday == 6:
        return 0.06 if 9 <= hour < 20 else 0.001
    if weekday == 5:
        return 0.5 if 9.5 <= hour < 16 else 0.04 if 8 <= hour < 20 else 0.001
    if 9 <= hour < 18:
        return 0.7 if 12.5 <= hour < 13.5 else 1.0
    return 0.3 if 8 <= hour < 19 else 0.06 if 7 <= hour < 22 else 0.002


def start(begin: datetime, end: datetime, told: Sequence[timedelta], chance: random.Random) -> datetime:
    """When a conversation of these offsets would start, so that it ends between `begin` and `end`, after `begin`."""
    last = end - told[-1]
    moments = [begin]
    while moments[-1] + _STEP < last:
        moments.append(moments[-1] + _STEP)
    weights = [liveliness(moment) * liveliness(moment + told[-1]) for moment in moments]
    chosen = chance.choices(moments, weights)[0]
    return min(chosen + _STEP * chance.random(), max(last, begin))
