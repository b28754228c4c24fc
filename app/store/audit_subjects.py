"""What the audit's rows are about: the conversations that lead to it, and what people are called."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlmodel import Session, col, select

from app.store import agents, by_primary_key
from app.store.messages import rows as messages
from app.store.tables import Address, Audit, Contact, Conversation


@dataclass
class Subjects:
    """By number: names of agents and contacts, contacts of conversations and addresses, conversations of the rest."""

    agents: dict[int, str] = field(default_factory=dict)
    contacts: dict[int, Contact] = field(default_factory=dict)
    contact_of_conversation: dict[int, int] = field(default_factory=dict)
    contact_of_address: dict[int, int] = field(default_factory=dict)
    conversation_of_contact: dict[int, int] = field(default_factory=dict)
    conversation_of_message: dict[int, int] = field(default_factory=dict)


def subjects(session: Session, account_sid: str, rows: Collection[Audit]) -> Subjects:
    """All that a page of rows names, in a few questions."""
    found = Subjects(agents.names(session, account_sid))
    asked = messages.by_ids(session, account_sid, _numbers(rows, "message"))
    found.conversation_of_message = {number: message.conversation_id for number, message in asked.items()}
    numbers = _numbers(rows, "conversation") | set(found.conversation_of_message.values())
    conversations = select(Conversation).where(
        by_primary_key.account_is(Conversation, account_sid), col(Conversation.id).in_(numbers)
    )
    found.contact_of_conversation = {row.id or 0: row.contact_id for row in session.exec(conversations)}
    addresses = select(Address).where(
        by_primary_key.account_is(Address, account_sid), col(Address.id).in_(_numbers(rows, "address"))
    )
    found.contact_of_address = {row.id or 0: row.contact_id for row in session.exec(addresses)}
    people = _numbers(rows, "contact") | set(found.contact_of_address.values())
    of_people = select(Conversation).where(
        Conversation.account_sid == account_sid, col(Conversation.contact_id).in_(people)
    )
    found.conversation_of_contact = {row.contact_id: row.id or 0 for row in session.exec(of_people)}
    people |= set(found.contact_of_conversation.values())
    contacts = select(Contact).where(by_primary_key.account_is(Contact, account_sid), col(Contact.id).in_(people))
    found.contacts = {row.id or 0: row for row in session.exec(contacts)}
    return found


def _numbers(rows: Collection[Audit], kind: str) -> set[int]:
    return {int(row.subject_id) for row in rows if row.subject_kind == kind and row.subject_id.isdecimal()}
