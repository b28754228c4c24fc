"""The senders of ours that conversations are held with."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.tables import Address, Conversation

# Of more, what senders are in use would take as long as there are conversations.
_LOOKED_AT = 2_000


def senders(session: Session, account_sid: str) -> list[str]:
    """The senders of ours that the newest conversations are held with."""
    mine = by_primary_key.account_is(Conversation, account_sid)
    newest = sa.select(col(Conversation.sender)).where(mine).order_by(col(Conversation.id).desc()).limit(_LOOKED_AT)
    return list(session.execute(sa.select(newest.subquery().c.sender).distinct()).scalars())


def last_written_to(session: Session, account_sid: str, address: str) -> str:
    """The sender of ours that the person at this address wrote to last; '' when they never did."""
    query = (
        select(Conversation.sender)
        .join(Address, col(Address.contact_id) == col(Conversation.contact_id))
        .where(
            Address.account_sid == account_sid,
            Address.address == address,
            Conversation.account_sid == account_sid,
            col(Conversation.last_inbound_at).is_not(None),
            col(Conversation.state) != "joined",
        )
        .order_by(col(Conversation.last_inbound_at).desc())
        .limit(1)
    )
    return session.exec(query).first() or ""
