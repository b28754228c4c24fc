"""Opt-in forms for a website or a poster: their versions, which are never changed, and the codes of their links."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import (
    Json,
    account,
    document,
    identity,
    maybe_moment,
    maybe_reference,
    moment,
    partial_index,
    reference,
    text,
)


class OptInForm(SQLModel, table=True):
    """A page where people opt in, at `/opt-in/<slug>`. What it says is its newest version."""

    __tablename__ = "opt_in_form"
    __table_args__ = (sa.UniqueConstraint("account_sid", "slug"),)

    id: int | None = identity()
    account_sid: str = account()
    slug: str = Field(max_length=60)
    version: int = 0
    created_at: datetime = moment()
    closed_at: datetime | None = maybe_moment()


class OptInVersion(SQLModel, table=True):
    """What an opt-in form said from one moment on. `wordings` holds its texts by language."""

    __tablename__ = "opt_in_version"
    __table_args__ = (sa.UniqueConstraint("account_sid", "form_id", "number"),)

    id: int | None = identity()
    account_sid: str = account()
    form_id: int = reference("opt_in_form.id")
    number: int
    business: str = Field(max_length=200)
    sender: str = Field(max_length=160)
    privacy_url: str = Field(max_length=500)
    double_opt_in: bool = False
    purposes: list[str] = Field(default_factory=list, sa_column=sa.Column(Json, nullable=False))
    wordings: dict[str, Any] = document()
    made_by: int | None = maybe_reference("agent.id")
    created_at: datetime = moment()


class OptInCode(SQLModel, table=True):
    """A code in a prefilled WhatsApp message. The arrival of `text`, word by word, is an opt-in for `purposes`.

    `address_id` is whose filled form it confirms, once; None for the code of a form's link, which is everybody's.
    """

    __tablename__ = "opt_in_code"
    __table_args__ = (
        sa.UniqueConstraint("account_sid", "code"),
        sa.Index("ix_opt_in_code_version", "account_sid", "version_id", "language"),
        sa.Index("ix_opt_in_code_expires", "account_sid", "expires_at"),
        partial_index("ix_opt_in_code_address", "account_sid", "address_id", where="address_id IS NOT NULL"),
    )

    id: int | None = identity()
    account_sid: str = account()
    code: str = Field(max_length=20, repr=False)
    version_id: int = reference("opt_in_version.id")
    language: str = Field(max_length=20)
    purposes: list[str] = Field(default_factory=list, sa_column=sa.Column(Json, nullable=False))
    text: str = text()
    address_id: int | None = maybe_reference("address.id")
    created_at: datetime = moment()
    expires_at: datetime | None = maybe_moment()
    used_at: datetime | None = maybe_moment()
