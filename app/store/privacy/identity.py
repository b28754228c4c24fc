"""Take from a person's rows who they are: names, numbers, addresses, and what they are found by."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key, contact_fields, contact_labels, contact_words
from app.store.privacy.person import Person
from app.store.tables import Address, Attempt, Contact, ContactJoin, Conversation, Message, OptInCode, Presence
from app.store.updates import update_row

ERASED = "erased:"


def erased_address(number: int) -> str:
    """What stands in an address's place; unique, and no address."""
    return f"{ERASED}{number}"


def under_way(session: Session, account_sid: str, person: Person) -> bool:
    """True while a message to the person is handed to Twilio, or it is still looked for whether one arrived."""
    query = sa.select(col(Attempt.id)).where(
        col(Attempt.account_sid) == account_sid,
        col(Attempt.outcome).in_(("", "unconfirmed")),
        col(Attempt.contact_id).in_(person.contact_ids),
        sa.or_(col(Attempt.outcome) == "", col(Attempt.check_at).is_not(None)),
    )
    return session.execute(query.limit(1)).first() is not None


def cancel_waiting(session: Session, account_sid: str, person: Person) -> int:
    """Cancel what waits to leave, and replies that wait for an answer. The person is held."""
    waits = (
        sa.and_(col(Message.state) == sa.literal_column("'ready'"), col(Message.contact_id).in_(person.contact_ids)),
        sa.and_(
            col(Message.state) == sa.literal_column("'held'"),
            col(Message.reason) == sa.literal_column("'waiting_for_answer'"),
            col(Message.conversation_id).in_(person.conversation_ids),
        ),
    )
    done = 0
    for condition in waits:
        found: Any = session.execute(
            sa.update(Message)
            .where(col(Message.account_sid) == account_sid, condition)
            .values(state="cancelled", reason="erased", next_attempt_at=None)
        )
        done += int(found.rowcount)
    return done


def forget(session: Session, account_sid: str, person: Person, at: datetime) -> None:
    """Empty the contacts, addresses and conversations, and delete what only leads to the person."""
    _rename_addresses(session, account_sid, person)
    empty = {"name": "", "profile_name": "", "phone": "", "language": "", "external_ids": "", "erased_at": at}
    for number in person.contact_ids:
        update_row(session, Contact, account_sid, number, empty)
        contact_words.forget(session, account_sid, number)
    contact_labels.forget(session, account_sid, person.contact_ids)
    contact_fields.forget(session, account_sid, person.contact_ids)
    for number in person.conversation_ids:
        still = {"state": "erased", "unread": 0, "assigned_agent_id": None}
        update_row(session, Conversation, account_sid, number, still)
    deleted = (
        (ContactJoin, ContactJoin.kept_id, person.contact_ids),
        (ContactJoin, ContactJoin.joined_id, person.contact_ids),
        (Presence, Presence.conversation_id, person.conversation_ids),
        (OptInCode, OptInCode.address_id, person.address_ids),
    )
    for table, column, numbers in deleted:
        session.execute(sa.delete(table).where(col(table.account_sid) == account_sid, col(column).in_(numbers)))


def _rename_addresses(session: Session, account_sid: str, person: Person) -> None:
    query = select(Address).where(
        by_primary_key.account_is(Address, account_sid), col(Address.id).in_(person.address_ids)
    )
    first: dict[str, int] = {}
    for address in session.exec(query.order_by(col(Address.id))).all():
        number = address.id or 0
        whose = first.setdefault(address.identity, number)
        if not address.address.startswith(ERASED):
            named = {"address": erased_address(number), "identity": erased_address(whose)}
            update_row(session, Address, account_sid, number, named)
