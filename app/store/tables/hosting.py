"""Files that we host for Twilio to fetch: the file, each use of it, and every fetch."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import account, identity, maybe_moment, maybe_reference, moment, partial_index, reference


class HostedFile(SQLModel, table=True):
    """A file to be sent. Name, extension and `content_type` agree with what the bytes under `key` are.

    `seconds` is how long a recording lasts, where its file tells. `kind` is what it is listed under, `preview_key` the
    key of a small picture of it, '' without one, `used_at` when a message first took it along. Of a deleted file the
    row stays, for the messages that carried it.
    """

    __tablename__ = "hosted_file"
    __table_args__ = (
        sa.UniqueConstraint("account_sid", "key"),
        partial_index("ix_hosted_file_newest", "account_sid", "id", where="deleted_at IS NULL"),
        partial_index("ix_hosted_file_kind", "account_sid", "kind", "id", where="deleted_at IS NULL"),
    )

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
    kind: str = Field(default="document", max_length=20, sa_column_kwargs={"server_default": "document"})
    preview_key: str = Field(default="", max_length=120, sa_column_kwargs={"server_default": ""})
    used_at: datetime | None = maybe_moment()
    deleted_at: datetime | None = maybe_moment()


class MediaGrant(SQLModel, table=True):
    """The right to fetch a file: for one attempt, as a link that a person made, or as a template's sample (`purpose`).

    Its address is made of the row's number, and kept nowhere.
    """

    __tablename__ = "media_grant"
    __table_args__ = (
        sa.Index("ix_media_grant_attempt", "account_sid", "attempt_id"),
        sa.Index("ix_media_grant_message", "account_sid", "message_id"),
        sa.Index("ix_media_grant_file", "account_sid", "file_id", "expires_at"),
        sa.Index("ix_media_grant_expires", "account_sid", "expires_at"),
    )

    id: int | None = identity()
    account_sid: str = account()
    file_id: int = reference("hosted_file.id")
    message_id: int | None = maybe_reference("message.id")
    attempt_id: int | None = maybe_reference("attempt.id")
    purpose: str = Field(default="message", max_length=20, sa_column_kwargs={"server_default": "message"})
    created_at: datetime = moment()
    expires_at: datetime = moment()
    revoked_at: datetime | None = maybe_moment()


class MediaFetch(SQLModel, table=True):
    """One request for a granted file, as it was answered: with the file, or with why not (`standing`).

    `size` is the bytes of the answer's body.
    """

    __tablename__ = "media_fetch"
    __table_args__ = (
        sa.Index("ix_media_fetch_grant", "account_sid", "grant_id", "id"),
        sa.Index("ix_media_fetch_file", "account_sid", "file_id", "id"),
    )

    id: int | None = identity()
    account_sid: str = account()
    grant_id: int = reference("media_grant.id")
    file_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    standing: str = Field(default="", max_length=20, sa_column_kwargs={"server_default": ""})
    method: str = Field(max_length=10)
    status: int
    size: int
    ip: str = Field(default="", max_length=64)
    user_agent: str = Field(default="", max_length=300)
    occurred_at: datetime = moment()
