"""Files that we host for Twilio to fetch: the file, each use of it, and every fetch."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import account, identity, maybe_moment, maybe_reference, moment, reference


class HostedFile(SQLModel, table=True):
    """A file to be sent. Name, extension and `content_type` agree with what the bytes under `key` are.

    `seconds` is how long a recording lasts, where its file tells.
    """

    __tablename__ = "hosted_file"
    __table_args__ = (sa.UniqueConstraint("account_sid", "key"),)

    id: int | None = identity()
    account_sid: str = account()
    name: str = Field(max_length=120)
    content_type: str = Field(max_length=100)
    size: int
    seconds: int | None = None
    key: str = Field(max_length=120)
    author_kind: str = Field(max_length=20)
    author_id: int | None = maybe_reference("agent.id")
    created_at: datetime = moment()


class MediaGrant(SQLModel, table=True):
    """The right to fetch a file for one attempt. Its address is made of the row's number, and kept nowhere."""

    __tablename__ = "media_grant"
    __table_args__ = (
        sa.Index("ix_media_grant_attempt", "account_sid", "attempt_id"),
        sa.Index("ix_media_grant_message", "account_sid", "message_id"),
        sa.Index("ix_media_grant_file", "account_sid", "file_id"),
    )

    id: int | None = identity()
    account_sid: str = account()
    file_id: int = reference("hosted_file.id")
    message_id: int = reference("message.id")
    attempt_id: int = reference("attempt.id")
    created_at: datetime = moment()
    expires_at: datetime = moment()
    revoked_at: datetime | None = maybe_moment()


class MediaFetch(SQLModel, table=True):
    """One request for a granted file, as it was answered. `size` is the bytes of the answer's body."""

    __tablename__ = "media_fetch"
    __table_args__ = (sa.Index("ix_media_fetch_grant", "account_sid", "grant_id", "id"),)

    id: int | None = identity()
    account_sid: str = account()
    grant_id: int = reference("media_grant.id")
    method: str = Field(max_length=10)
    status: int
    size: int
    ip: str = Field(default="", max_length=64)
    user_agent: str = Field(default="", max_length=300)
    occurred_at: datetime = moment()
