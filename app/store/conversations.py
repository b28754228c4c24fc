"""Changes to a conversation's own columns. Each says whether anything changed."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.tables import Conversation, Message


def locked(session: Session, account_sid: str, conversation_id: int) -> Conversation | None:
    """The account's conversation, held until the transaction ends, or None."""
    query = select(Conversation).where(Conversation.account_sid == account_sid, Conversation.id == conversation_id)
    return session.exec(query.with_for_update().execution_options(populate_existing=True)).first()


def change(session: Session, account_sid: str, conversation_id: int, **columns: Any) -> None:
    """Set columns of one conversation."""
    where = (col(Conversation.account_sid) == account_sid, col(Conversation.id) == conversation_id)
    session.execute(sa.update(Conversation).where(*where).values(**columns))


def heard_after(session: Session, account_sid: str, conversation_id: int, message_id: int) -> int:
    """How many messages of the customer were stored after this one."""
    query = sa.select(sa.func.count()).where(
        col(Message.account_sid) == account_sid,
        col(Message.conversation_id) == conversation_id,
        col(Message.direction) == "inbound",
        col(Message.id) > message_id,
    )
    return int(session.execute(query).scalar_one())
