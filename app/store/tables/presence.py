"""Who has which conversation open just now."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import account, identity, moment, reference


class Presence(SQLModel, table=True):
    """An agent looks at a conversation or writes in it, as their console said last; not any more after `until`."""

    __table_args__ = (sa.UniqueConstraint("account_sid", "agent_id", "conversation_id"),)

    id: int | None = identity()
    account_sid: str = account()
    agent_id: int = reference("agent.id")
    conversation_id: int = reference("conversation.id")
    doing: str = Field(max_length=20)
    until: datetime = moment()
