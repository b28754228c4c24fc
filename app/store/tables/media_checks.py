"""What the preflight found of each file that messages take along."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import account, identity, maybe_moment, moment


class MediaCheck(SQLModel, table=True):
    """The last check of a hosted file under one base URL, or of somebody else's URL: `passed` or `failed`, and why.

    `next_at` is when it is asked again; None of what passed for good, or is asked again by a person alone.
    """

    __tablename__ = "media_check"
    __table_args__ = (sa.UniqueConstraint("account_sid", "subject", "base_url"),)

    id: int | None = identity()
    account_sid: str = account()
    subject: str = Field(max_length=80)
    base_url: str = Field(default="", max_length=300)
    state: str = Field(max_length=20)
    failure: str = Field(default="", max_length=40)
    warning: str = Field(default="", max_length=40)
    seen: str = Field(default="", max_length=200)
    tries: int = 0
    checked_at: datetime = moment()
    next_at: datetime | None = maybe_moment()
