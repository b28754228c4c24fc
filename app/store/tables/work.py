"""What the processes know of each other: leases, heartbeats, the pace of senders, how far was pulled."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import account, identity, maybe_moment, moment


class Lease(SQLModel, table=True):
    """Which process does a job now. Works for the whole installation, so it has no account."""

    name: str = Field(primary_key=True, max_length=80)
    holder: str = Field(default="", max_length=120)
    until: datetime = moment()


class Heartbeat(SQLModel, table=True):
    """A process that says it is alive."""

    process: str = Field(primary_key=True, max_length=120)
    kind: str = Field(max_length=20)
    started_at: datetime = moment()
    at: datetime = moment()


class SenderPace(SQLModel, table=True):
    """The token bucket of one sender or Messaging Service, shared by all processes.

    `tokens` may be spent until it is empty and fills by `rate` a second; nothing leaves before `paused_until`.
    """

    __tablename__ = "sender_pace"
    __table_args__ = (sa.UniqueConstraint("account_sid", "sender"),)

    id: int | None = identity()
    account_sid: str = account()
    sender: str = Field(max_length=160)
    tokens: float = 0.0
    filled_at: datetime = moment()
    paused_until: datetime | None = maybe_moment()
    pause_reason: str = Field(default="", max_length=60)
    pauses: int = 0


class WorkerCount(SQLModel, table=True):
    """What all workers have counted of one sample since the first. Of the whole installation, so it has no account."""

    __tablename__ = "worker_count"

    sample: str = Field(primary_key=True, max_length=120)
    labels: str = Field(primary_key=True, max_length=300)
    value: float


class PullMark(SQLModel, table=True):
    """How far the pull has listed an account's messages."""

    __tablename__ = "pull_mark"

    account_sid: str = Field(primary_key=True, foreign_key="account.account_sid", max_length=34)
    name: str = Field(primary_key=True, max_length=200)
    listed_until: datetime = moment()
