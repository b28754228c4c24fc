"""Files that customers sent, and bytes kept in the database where there is no bucket."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import account, identity, maybe_moment, moment, reference, text


class InboundMedia(SQLModel, table=True):
    """One file of an inbound message. `state` is wanted, fetched, failed (with `reason`), or deleted after its time.

    `seconds` is how long a recording lasts, where its file tells.
    """

    __tablename__ = "inbound_media"
    __table_args__ = (
        sa.UniqueConstraint("account_sid", "message_id", "position"),
        sa.Index("ix_inbound_media_wanted", "account_sid", "state", "next_try_at"),
    )

    id: int | None = identity()
    account_sid: str = account()
    message_id: int = reference("message.id")
    position: int
    url: str = text()
    content_type: str = Field(default="", max_length=200)
    state: str = Field(default="wanted", max_length=20)
    reason: str = Field(default="", max_length=60)
    tries: int = 0
    next_try_at: datetime = moment()
    webhook_at: datetime = moment()
    first_try_at: datetime | None = maybe_moment()
    fetched_at: datetime | None = maybe_moment()
    stored_type: str = Field(default="", max_length=200)
    size: int = 0
    seconds: int | None = None
    key: str = Field(default="", max_length=120)


class MediaBytes(SQLModel, table=True):
    """A stored file, for MEDIA_STORE=database:."""

    __tablename__ = "media_bytes"

    account_sid: str = Field(primary_key=True, foreign_key="account.account_sid", max_length=34)
    key: str = Field(primary_key=True, max_length=120)
    content: bytes = Field(sa_type=sa.LargeBinary)
    created_at: datetime = moment()
