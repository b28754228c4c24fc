"""Processor time that a group of processes has used, from the kernel's own account."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import sqlalchemy as sa

_TICKS = os.sysconf("SC_CLK_TCK")


def seconds_used(leader: int) -> float:
    """User and system time of every living process of the group whose leader is `leader`, and of its children."""
    return sum(_used(entry) for entry in Path("/proc").iterdir() if entry.name.isdecimal() and _is_in(entry, leader))


def _is_in(entry: Path, leader: int) -> bool:
    try:
        # PostgreSQL puts each of its processes into a group of its own.
        return os.getpgid(int(entry.name)) == leader or _fields(entry)[1:2] == [str(leader)]
    except ProcessLookupError:
        return False


def _used(entry: Path) -> float:
    # proc(5): utime and stime are fields 14 and 15; the first after the name is field 3.
    fields = _fields(entry)
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else 0.0


def _fields(entry: Path) -> list[str]:
    try:
        return (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def database_server(database_url: str) -> list[int]:
    """The leader of PostgreSQL's processes, so that their time is counted too; nothing for SQLite."""
    url = sa.make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return []
    with psycopg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False)) as connection:
        found = connection.execute("SELECT pg_read_file('postmaster.pid')").fetchone()
    assert found is not None
    return [int(found[0].split()[0])]
