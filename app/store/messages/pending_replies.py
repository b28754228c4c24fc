"""The replies that wait until the customer writes again."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.tables import Message

# Every inbound message asks this, so it is built once. Written out, as in the index that answers it.
_WAITING: Any = (
    select(Message)
    .where(
        col(Message.account_sid) == sa.bindparam("account_sid"),
        col(Message.conversation_id) == sa.bindparam("conversation_id"),
        col(Message.state) == sa.literal_column("'held'"),
        col(Message.reason) == sa.literal_column("'waiting_for_answer'"),
    )
    .order_by(col(Message.id))
    .execution_options(populate_existing=True)
)
_WAITING_LOCKED = _WAITING.with_for_update()


def of_conversation(session: Session, account_sid: str, conversation_id: int, *, lock: bool = False) -> list[Message]:
    """What waits in a conversation, oldest first: one, or more after a join. With `lock`, held until the end."""
    given = {"account_sid": account_sid, "conversation_id": conversation_id}
    return list(session.exec(_WAITING_LOCKED if lock else _WAITING, params=given))
