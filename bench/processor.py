"""Processor time that a group of processes has used, from the kernel's own account."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def seconds_used(leader: int) -> float:
    """User and system time of every living process of the group whose leader is `leader`."""
    return sum(_used(entry) for entry in Path("/proc").iterdir() if entry.name.isdecimal() and _is_in(entry, leader))


def _is_in(entry: Path, leader: int) -> bool:
    try:
        return os.getpgid(int(entry.name)) == leader
    except ProcessLookupError:
        return False


def _used(entry: Path) -> float:
    try:
        fields = (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    # proc(5): utime and stime are fields 14 and 15; the first after the name is field 3.
    return (int(fields[11]) + int(fields[12])) / _TICKS
