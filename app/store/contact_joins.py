"""Joins of contacts, and who somebody is by them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key, contacts
from app.store.tables import Address, Contact, ContactJoin, Conversation


def by_id(session: Session, account_sid: str, join_id: int) -> ContactJoin | None:
    """The account's join, or None."""
    query = select(ContactJoin).where(ContactJoin.account_sid == account_sid, ContactJoin.id == join_id)
    return session.exec(query.execution_options(populate_existing=True)).first()


def of_contact(session: Session, account_sid: str, contact_id: int) -> list[ContactJoin]:
    """The joins into a contact that hold, newest first."""
    query = select(ContactJoin).where(
        ContactJoin.account_sid == account_sid,
        ContactJoin.kept_id == contact_id,
        col(ContactJoin.taken_back_at).is_(None),
    )
    return list(session.exec(query.order_by(col(ContactJoin.id).desc())))


def later_than(session: Session, found: ContactJoin) -> bool:
    """True when a later join of the same contact holds."""
    later = sa.exists().where(
        col(ContactJoin.account_sid) == found.account_sid,
        col(ContactJoin.id) > found.id,
        col(ContactJoin.taken_back_at).is_(None),
        sa.or_(
            col(ContactJoin.kept_id).in_((found.kept_id, found.joined_id)),
            col(ContactJoin.joined_id).in_((found.kept_id, found.joined_id)),
        ),
    )
    return bool(session.execute(sa.select(later)).scalar())


def conversations_of(session: Session, account_sid: str, contact_id: int) -> list[int]:
    """The numbers of a contact's conversations."""
    query = sa.select(col(Conversation.id)).where(
        by_primary_key.account_is(Conversation, account_sid), col(Conversation.contact_id) == contact_id
    )
    return list(session.execute(query.order_by(col(Conversation.id))).scalars())


def spelled_apart(session: Session, account_sid: str) -> list[tuple[int, int]]:
    """Pairs of addresses of one identity that belong to two contacts."""
    one, other = sa.orm.aliased(Address), sa.orm.aliased(Address)
    apart = sa.select(col(one.id), col(other.id)).where(
        col(one.account_sid) == account_sid,
        col(one.identity) != col(one.address),
        col(other.account_sid) == account_sid,
        col(other.address) == col(one.identity),
        col(other.contact_id) != col(one.contact_id),
    )
    return [(int(row[0]), int(row[1])) for row in session.execute(apart)]


def holds_now(session: Session, account_sid: str, conversation: Conversation) -> int:
    """The number of the conversation that holds a joined one's messages now: the same person's with the same sender."""
    found: Contact | None = contacts.by_id(session, account_sid, conversation.contact_id)
    while found is not None and found.joined_into_id is not None:
        found = contacts.by_id(session, account_sid, found.joined_into_id)
    query = sa.select(col(Conversation.id)).where(
        by_primary_key.account_is(Conversation, account_sid),
        col(Conversation.contact_id) == (found.id if found else None),
        col(Conversation.sender) == conversation.sender,
    )
    return int(session.execute(query).scalar_one())


def set_identity(session: Session, account_sid: str, contact_id: int, old: str, new: str) -> None:
    """Make the addresses of one identity of a contact those of another."""
    mine = (by_primary_key.account_is(Address, account_sid), col(Address.contact_id) == contact_id)
    session.execute(sa.update(Address).where(*mine, col(Address.identity) == old).values(identity=new))
