"""Leases and heartbeats: which process does a job, and which are alive."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.savepoint import savepoint
from app.store.tables import Heartbeat, Lease


def take(session: Session, name: str, holder: str, at: datetime, hold: timedelta) -> bool:
    """Take or renew the lease; False while another process holds it."""
    free = sa.or_(col(Lease.holder) == holder, col(Lease.until) <= at)
    taken: Any = session.execute(
        sa.update(Lease).where(col(Lease.name) == name, free).values(holder=holder, until=at + hold)
    )
    if taken.rowcount:
        return True
    if session.exec(select(Lease).where(Lease.name == name)).first() is not None:
        return False
    try:
        with savepoint(session):
            session.execute(sa.insert(Lease).values(name=name, holder=holder, until=at + hold))
    except sa.exc.IntegrityError:
        # Another process was first with the very first lease.
        return False
    return True


def give_back(session: Session, name: str, holder: str, at: datetime) -> None:
    """The holder's work is done: whoever asks next need not wait for the lease's end."""
    mine = (col(Lease.name) == name, col(Lease.holder) == holder)
    session.execute(sa.update(Lease).where(*mine).values(until=at))


def beat(session: Session, process: str, kind: str, started_at: datetime, at: datetime) -> None:
    """Say that the process is alive, and forget those that have been silent for a day."""
    told: Any = session.execute(sa.update(Heartbeat).where(col(Heartbeat.process) == process).values(at=at))
    if not told.rowcount:
        session.add(Heartbeat(process=process, kind=kind, started_at=started_at, at=at))
    session.execute(sa.delete(Heartbeat).where(col(Heartbeat.at) < at - timedelta(days=1)))


def last_beat(session: Session, kind: str) -> datetime | None:
    """When a process of this kind was last alive."""
    latest: datetime | None = session.exec(select(sa.func.max(Heartbeat.at)).where(Heartbeat.kind == kind)).one()
    return latest
