"""What a template said when it was sent last, in a conversation or to many people at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store.tables import Conversation, Message
from app.vocabulary import NEVER_LEFT


def in_conversation(session: Session, account_sid: str, sid: str, conversation_id: int) -> dict[str, str]:
    """The variables' values of the template's last message in a conversation that was not refused."""
    return _told(session.connection().execute(_last(account_sid, sid, conversation_id)).scalar())


def values(
    session: Session, account_sid: str, sid: str, contact_ids: Collection[int], senders: Collection[str]
) -> dict[tuple[int, str], dict[str, str]]:
    """The same by contact and sender, where the template was sent to them from there."""
    last = _last(account_sid, sid, col(Conversation.id)).scalar_subquery()
    query = sa.select(col(Conversation.contact_id), col(Conversation.sender), last).where(
        col(Conversation.account_sid) == account_sid,
        col(Conversation.contact_id).in_(contact_ids),
        col(Conversation.sender).in_(senders),
    )
    found = session.connection().execute(query)
    return {(int(contact_id), sender): _told(said) for contact_id, sender, said in found if said}


def _last(account_sid: str, sid: str, conversation_id: Any) -> sa.Select[Any]:
    return (
        sa.select(col(Message.content_variables))
        .where(
            col(Message.account_sid) == account_sid,
            col(Message.conversation_id) == conversation_id,
            col(Message.content_sid) == sid,
            col(Message.direction) == "outbound",
            col(Message.state).not_in(NEVER_LEFT),
        )
        .order_by(col(Message.occurred_at).desc(), col(Message.id).desc())
        .limit(1)
    )


def _told(said: Mapping[str, Any] | None) -> dict[str, str]:
    return {name: str(value) for name, value in (said or {}).items()}
