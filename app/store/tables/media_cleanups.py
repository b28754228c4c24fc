"""The runs of the clean-up of files."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import account, document, identity, maybe_moment, maybe_reference, moment


class MediaCleanup(SQLModel, table=True):
    """One run: what it `removed` and what it `kept`, as counts by reason, and rows whose files are `missing`.

    `trouble` is why it ended early, '' when it did not. `ended_at` is None while it goes on, or when it was killed.
    """

    __tablename__ = "media_cleanup"
    __table_args__ = (sa.Index("ix_media_cleanup_newest", "account_sid", "id"),)

    id: int | None = identity()
    account_sid: str = account()
    actor_kind: str = Field(max_length=20)
    actor_id: int | None = maybe_reference("agent.id")
    started_at: datetime = moment()
    ended_at: datetime | None = maybe_moment()
    removed: dict[str, Any] = document()
    kept: dict[str, Any] = document()
    missing: dict[str, Any] = document()
    trouble: str = Field(default="", max_length=200)
