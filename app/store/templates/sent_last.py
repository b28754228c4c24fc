"""What a template said when it was sent last, for many people at once."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store.tables import Conversation, Message
from app.vocabulary import NEVER_LEFT


def values(
    session: Session, account_sid: str, sid: str, contact_ids: Collection[int], senders: Collection[str]
) -> dict[tuple[int, str], dict[str, str]]:
    """The variables' values by contact and sender, where the template was sent to them from there and not refused."""
    last = (
        sa.select(col(Message.content_variables))
        .where(
            col(Message.account_sid) == account_sid,
            col(Message.conversation_id) == col(Conversation.id),
            col(Message.content_sid) == sid,
            col(Message.direction) == "outbound",
            col(Message.state).not_in(NEVER_LEFT),
        )
        .order_by(col(Message.occurred_at).desc(), col(Message.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    query = sa.select(col(Conversation.contact_id), col(Conversation.sender), last).where(
        col(Conversation.account_sid) == account_sid,
        col(Conversation.contact_id).in_(contact_ids),
        col(Conversation.sender).in_(senders),
    )
    found = session.connection().execute(query)
    return {
        (int(contact_id), sender): {name: str(value) for name, value in said.items()}
        for contact_id, sender, said in found
        if said
    }
