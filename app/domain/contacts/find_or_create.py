"""Where a message belongs: the contact at an address, and the conversation with one of our senders."""

from __future__ import annotations

from datetime import datetime

from app.domain.contacts import addresses
from app.store import contacts
from app.store.contacts import ConversationKey
from app.store.conversations import rows as conversations
from app.store.database import Session


def find_or_create(
    session: Session, account_sid: str, address: str, sender: str, at: datetime, profile_name: str = ""
) -> ConversationKey:
    """The contact and the conversation, made where there are none; two processes may do so at once.

    `at` is when the message happened that asks for them, so that one learned of late sorts by its own time.
    """
    found = contacts.conversation_key(session, account_sid, address, sender)
    if found is None:
        phone, country = addresses.phone_of(address), addresses.country_of(address)
        contacts.add_contact(session, account_sid, address, at, profile_name=profile_name, phone=phone, country=country)
        found = contacts.conversation_key(session, account_sid, address, sender)
    if found is not None and found.conversation_id is None:
        conversations.add_conversation(session, account_sid, found, sender, at)
        found = contacts.conversation_key(session, account_sid, address, sender)
    assert found is not None
    return found


def conversation_id(found: ConversationKey) -> int:
    """The conversation of a place that was found or made."""
    assert found.conversation_id is not None
    return found.conversation_id


def conversation_with(session: Session, account_sid: str, address: str, sender: str, at: datetime) -> int:
    """The conversation between an address and a sender of ours, made where there is none."""
    return conversation_id(find_or_create(session, account_sid, address, sender, at))
