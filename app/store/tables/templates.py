"""The account's templates as Twilio has them, and what changed of them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import account, document, identity, maybe_moment, moment, reference, text


class Template(SQLModel, table=True):
    """One content SID: a template in one language.

    `group_name` joins languages; '' is the friendly name. `kind` is the richest of `content_types`, which WhatsApp
    gets, and `body` its text. `status` and `category` are Twilio's words; `approved_type` is the type that was
    approved, '' while none was. `gone_at` is when a list no longer had it. `fillings` say by variable
    what fills it where somebody chose that.
    """

    __table_args__ = (
        sa.UniqueConstraint("account_sid", "sid"),
        sa.Index("ix_template_name", "account_sid", "friendly_name", "language"),
    )

    id: int | None = identity()
    account_sid: str = account()
    sid: str = Field(max_length=34)
    friendly_name: str = Field(default="", max_length=500)
    group_name: str = Field(default="", max_length=500)
    language: str = Field(default="", max_length=20)
    content_types: dict[str, Any] = document()
    kind: str = Field(default="", max_length=40)
    body: str = text()
    variables: dict[str, Any] = document()
    fillings: dict[str, Any] = document()
    status: str = Field(default="unsubmitted", max_length=40)
    category: str = Field(default="", max_length=40)
    rejection_reason: str = text()
    approval_name: str = Field(default="", max_length=512)
    approved_type: str = Field(default="", max_length=40)
    created_at: datetime | None = maybe_moment()
    updated_at: datetime | None = maybe_moment()
    synced_at: datetime = moment()
    gone_at: datetime | None = maybe_moment()
    last_used_at: datetime | None = maybe_moment()


class TemplateChange(SQLModel, table=True):
    """One thing that changed of a template, and when it was noticed. `before` and `after` are Twilio's words."""

    __tablename__ = "template_change"
    __table_args__ = (sa.Index("ix_template_change_template", "account_sid", "template_id", "id"),)

    id: int | None = identity()
    account_sid: str = account()
    template_id: int = reference("template.id")
    recorded_at: datetime = moment()
    what: str = Field(max_length=20)
    before: str = text()
    after: str = text()
    reason: str = text()
