"""The senders of ours that conversations are held with."""

from __future__ import annotations

from sqlmodel import Session, col, select

from app.store.tables import Address, Conversation


def senders(session: Session, account_sid: str) -> list[str]:
    """Every sender of ours that somebody has written to or been answered from."""
    query = select(Conversation.sender).where(Conversation.account_sid == account_sid).distinct()
    return list(session.exec(query))


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
