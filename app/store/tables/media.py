"""Files that customers sent, and bytes kept in the database where there is no bucket."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import Json, account, identity, maybe_moment, moment, reference, text


class InboundMedia(SQLModel, table=True):
    """One file of an inbound message. `state` is wanted, fetched, failed (with `reason`), or deleted after its time.

    `seconds` is how long a recording lasts, where its file tells. `not_there` is how often Twilio answered 404 for it.
    `details` is what else its content shows (app/domain/media/arrivals.py).
    """

    __tablename__ = "inbound_media"
    __table_args__ = (
        sa.UniqueConstraint("account_sid", "message_id", "position"),
        sa.Index("ix_inbound_media_wanted", "account_sid", "state", "next_try_at"),
        sa.Index("ix_inbound_media_came", "account_sid", "webhook_at"),
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
    not_there: int = Field(default=0, sa_column=sa.Column(sa.Integer, nullable=False, server_default="0"))
    details: dict[str, Any] = Field(
        default_factory=dict, sa_column=sa.Column(Json, nullable=False, server_default="{}")
    )


class InboundMediaTry(SQLModel, table=True):
    """One try to fetch a customer's file, and how it ended: `reason` is '' when it is here now."""

    __tablename__ = "inbound_media_try"
    __table_args__ = (sa.Index("ix_inbound_media_try", "account_sid", "media_id", "id"),)

    id: int | None = identity()
    account_sid: str = account()
    media_id: int = reference("inbound_media.id")
    occurred_at: datetime = moment()
    milliseconds: int
    reason: str = Field(default="", max_length=60)


class MediaBytes(SQLModel, table=True):
    """A file kept in the database, for MEDIA_STORE=database:. Its bytes are the pieces of the write that it names.

    One of before pieces names no write and holds its bytes in `content`.
    """

    __tablename__ = "media_bytes"

    account_sid: str = Field(primary_key=True, foreign_key="account.account_sid", max_length=34)
    key: str = Field(primary_key=True, max_length=120)
    content: bytes = Field(sa_type=sa.LargeBinary)
    write_id: str = Field(default="", max_length=32)
    size: int = Field(default=0, sa_type=sa.BigInteger)
    piece_bytes: int = 0
    created_at: datetime = moment()


class MediaPiece(SQLModel, table=True):
    """A part of a file that is kept in the database."""

    __tablename__ = "media_piece"

    account_sid: str = Field(primary_key=True, foreign_key="account.account_sid", max_length=34)
    write_id: str = Field(primary_key=True, max_length=32)
    number: int = Field(primary_key=True)
    content: bytes = Field(sa_type=sa.LargeBinary)


class MediaUnfinished(SQLModel, table=True):
    """A write whose pieces are no file's: it goes on, its process died, or another write took its place."""

    __tablename__ = "media_unfinished"
    __table_args__ = (sa.Index("ix_media_unfinished_touched", "account_sid", "touched_at"),)

    account_sid: str = Field(primary_key=True, foreign_key="account.account_sid", max_length=34)
    write_id: str = Field(primary_key=True, max_length=32)
    touched_at: datetime = moment()
