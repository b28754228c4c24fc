"""What is deleted after its time: how far that came, what waits, and what each run did."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import account, document, identity, maybe_moment, moment


class RetentionMark(SQLModel, table=True):
    """Up to which number the rows of a kind have been looked at: what is above is younger, or was not reached yet."""

    __tablename__ = "retention_mark"

    account_sid: str = Field(primary_key=True, foreign_key="account.account_sid", max_length=34)
    kind: str = Field(primary_key=True, max_length=20)
    number: int = Field(sa_type=sa.BigInteger)


class RetentionWait(SQLModel, table=True):
    """A message below the mark whose text stays until its sending is over."""

    __tablename__ = "retention_wait"
    __table_args__ = (sa.UniqueConstraint("account_sid", "message_id"),)

    id: int | None = identity()
    account_sid: str = account()
    message_id: int = Field(sa_type=sa.BigInteger)


class RetentionRun(SQLModel, table=True):
    """One run. `did` holds what was deleted and what was kept, by kind; without `ended_at` it goes on."""

    __tablename__ = "retention_run"
    __table_args__ = (sa.Index("ix_retention_run_account", "account_sid", "id"),)

    id: int | None = identity()
    account_sid: str = account()
    began_at: datetime = moment()
    ended_at: datetime | None = maybe_moment()
    did: dict[str, Any] = document()
