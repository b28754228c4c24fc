"""Where a message belongs: the contact at an address, and the conversation with one of our senders."""

from __future__ import annotations

from datetime import datetime

from app.domain.contacts import addresses, known_again, mobile_spellings
from app.store import contact_words, contacts
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
        add_contact(session, account_sid, address, at, profile_name=profile_name)
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


def address_id_of(session: Session, account_sid: str, address: str, at: datetime) -> int:
    """The number of an address, which becomes a new contact's where it is unknown."""
    if not contacts.by_address(session, account_sid, [address]):
        add_contact(session, account_sid, address, at)
    return contacts.by_address(session, account_sid, [address])[0].id or 0


def add_contact(session: Session, account_sid: str, address: str, at: datetime, **names: str) -> int:
    """The contact at a new address: whoever has another spelling of it, or somebody new called `names`.

    All are kept from the start and in one order, so that two processes that hear two spellings at once meet.
    """
    spelled = mobile_spellings.spellings(address)
    known = contacts.by_address(session, account_sid, spelled)
    contact_id = known[0].contact_id if known else None
    identity = known[0].identity if known else spelled[0]
    mine = None
    if contact_id is None:
        phone, country = addresses.phone_of(address), addresses.country_of(spelled[0])
        contact_id = mine = contacts.add_contact(session, account_sid, at, phone=phone, country=country, **names)
    for one in sorted(spelled):
        how = "" if one == address else "spelling"
        if not contacts.add_address(session, account_sid, contact_id, one, identity, how, at) and mine is not None:
            contact_id = _who_was_first(session, account_sid, one, mine)
            mine = None
    known_again.look(session, account_sid, spelled, at)
    return contact_id


def _who_was_first(session: Session, account_sid: str, address: str, mine: int) -> int:
    """The contact that another process made meanwhile for this address; what was made here becomes theirs."""
    first = contacts.by_address(session, account_sid, [address])[0]
    for own in contacts.addresses_of(session, account_sid, mine):
        contacts.move_address(session, account_sid, own.id or 0, first.contact_id, first.identity)
        contact_words.add(session, account_sid, first.contact_id, own.address)
    contacts.delete_contact(session, account_sid, mine)
    return first.contact_id
