"""What stands on one person's evidence sheet beside their consent records, and the records for an export."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.tables import Address, ConsentRecord, Conversation, Message


def messages_to(session: Session, account_sid: str, contact_id: int) -> list[Message]:
    """All messages of ours to a contact, oldest first; those that never left too."""
    theirs = select(Conversation.id).where(
        Conversation.account_sid == account_sid, Conversation.contact_id == contact_id
    )
    query = select(Message).where(
        Message.account_sid == account_sid,
        col(Message.conversation_id).in_(list(session.exec(theirs))),
        Message.direction == "outbound",
    )
    return sorted(session.exec(query), key=lambda message: (message.occurred_at, message.id or 0))


def records_after(session: Session, account_sid: str, after: int, limit: int) -> list[tuple[ConsentRecord, str]]:
    """Records above this number with their addresses, in the order in which they were added."""
    query = (
        select(ConsentRecord, Address.address)
        .where(
            by_primary_key.account_is(ConsentRecord, account_sid),
            col(ConsentRecord.id) > after,
            by_primary_key.is_row(Address, account_sid, ConsentRecord.address_id),
        )
        .order_by(col(ConsentRecord.id))
    )
    return [(record, address) for record, address in session.exec(query.limit(limit))]


def contact_at(session: Session, account_sid: str, addresses: Sequence[str]) -> int | None:
    """The contact who has one of these addresses, or None."""
    query = select(Address.contact_id).where(Address.account_sid == account_sid, col(Address.address).in_(addresses))
    return session.exec(query).first()
