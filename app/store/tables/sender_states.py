"""Our senders as Twilio told of them last."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import account, identity, moment, text


class SenderState(SQLModel, table=True):
    """A WhatsApp sender of ours: status, quality and limit in Twilio's words.

    `people` is how many different people the limit means: 0 for any number, None where its text can't be understood.
    """

    __tablename__ = "sender_state"
    __table_args__ = (sa.UniqueConstraint("account_sid", "sender"),)

    id: int | None = identity()
    account_sid: str = account()
    sender: str = Field(max_length=160)
    status: str = Field(default="", max_length=40)
    quality: str = Field(default="", max_length=40)
    limit_text: str = Field(default="", max_length=200)
    people: int | None = None
    offline_reasons: str = text()
    read_at: datetime = moment()
