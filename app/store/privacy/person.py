"""Whose rows are one person's: contacts that are one now, their addresses, conversations and messages."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from app.store import by_primary_key
from app.store.tables import (
    Address,
    Attempt,
    ConsentRecord,
    ContactJoin,
    Conversation,
    HostedFile,
    InboundMedia,
    Journal,
    MediaGrant,
    Message,
    OptInCode,
    StatusEvent,
)

Row = TypeVar("Row", bound=SQLModel)


@dataclass(frozen=True)
class Person:
    """One person's numbers: the contact, those that were joined into it, their addresses and conversations."""

    contact_id: int
    contact_ids: tuple[int, ...]
    address_ids: tuple[int, ...]
    addresses: tuple[str, ...]
    conversation_ids: tuple[int, ...]


def person(session: Session, account_sid: str, contact_id: int) -> Person:
    """The person that a contact is."""
    mine = contact_ids(session, account_sid, contact_id)
    addresses = list(_of(session, account_sid, Address, Address.contact_id, mine))
    conversations = _of(session, account_sid, Conversation, Conversation.contact_id, mine)
    return Person(
        contact_id=contact_id,
        contact_ids=tuple(mine),
        address_ids=tuple(address.id or 0 for address in addresses),
        addresses=tuple(address.address for address in addresses),
        conversation_ids=tuple(conversation.id or 0 for conversation in conversations),
    )


def contact_ids(session: Session, account_sid: str, contact_id: int) -> list[int]:
    """The number of a contact, and of those that were joined into it."""
    return sorted(joined_into(session, account_sid, [contact_id]))


def joined_into(session: Session, account_sid: str, contact_ids: Collection[int]) -> dict[int, int]:
    """These contacts and those that were joined into them, each with which of these it is now."""
    whose = {number: number for number in contact_ids}
    found = set(whose)
    while found:
        query = select(ContactJoin.joined_id, ContactJoin.kept_id).where(
            ContactJoin.account_sid == account_sid,
            col(ContactJoin.kept_id).in_(found),
            col(ContactJoin.taken_back_at).is_(None),
        )
        joined = {number: whose[kept] for number, kept in session.exec(query) if number not in whose}
        whose |= joined
        found = set(joined)
    return whose


def joins(session: Session, account_sid: str, contact_ids: Collection[int]) -> list[ContactJoin]:
    """The joins into these contacts, also those that were taken back."""
    query = select(ContactJoin).where(ContactJoin.account_sid == account_sid, col(ContactJoin.kept_id).in_(contact_ids))
    return list(session.exec(query.order_by(col(ContactJoin.id))))


def conversations(session: Session, account_sid: str, contact_ids: Collection[int]) -> Sequence[Conversation]:
    """The conversations of these contacts, by number."""
    return _of(session, account_sid, Conversation, Conversation.contact_id, contact_ids)


def messages_after(
    session: Session, account_sid: str, conversation_id: int, after: tuple[Any, int] | None, limit: int
) -> list[Message]:
    """A page of a conversation's messages, the oldest first, after this time and number."""
    query = select(Message).where(Message.account_sid == account_sid, Message.conversation_id == conversation_id)
    order: Any = (col(Message.occurred_at), col(Message.id))
    if after is not None:
        query = query.where(sa.tuple_(*order) > sa.tuple_(*map(sa.literal, after, (one.type for one in order))))
    return list(session.exec(query.order_by(*order).limit(limit)))


def statuses_of(session: Session, account_sid: str, message_ids: Collection[int]) -> Sequence[StatusEvent]:
    """Every status told of these messages."""
    query = select(StatusEvent).where(
        StatusEvent.account_sid == account_sid, col(StatusEvent.message_id).in_(message_ids)
    )
    return sorted(session.exec(query), key=lambda row: row.id or 0)


def attempts_of(session: Session, account_sid: str, message_ids: Collection[int]) -> Sequence[Attempt]:
    """Every attempt to send these messages."""
    query = select(Attempt).where(Attempt.account_sid == account_sid, col(Attempt.message_id).in_(message_ids))
    return sorted(session.exec(query), key=lambda row: row.id or 0)


def inbound_files(session: Session, account_sid: str, message_ids: Collection[int]) -> Sequence[InboundMedia]:
    """The files that came with these messages."""
    query = select(InboundMedia).where(
        InboundMedia.account_sid == account_sid, col(InboundMedia.message_id).in_(message_ids)
    )
    return sorted(session.exec(query), key=lambda row: (row.message_id, row.position))


def grants_of(session: Session, account_sid: str, message_ids: Collection[int]) -> Sequence[MediaGrant]:
    """The grants that were made for these messages."""
    query = select(MediaGrant).where(MediaGrant.account_sid == account_sid, col(MediaGrant.message_id).in_(message_ids))
    return sorted(session.exec(query), key=lambda row: row.id or 0)


def hosted(session: Session, account_sid: str, file_ids: Collection[int]) -> Sequence[HostedFile]:
    """These files of ours."""
    return _of(session, account_sid, HostedFile, HostedFile.id, file_ids)


def journal_of(session: Session, account_sid: str, sids: Collection[str]) -> list[Journal]:
    """The forms that speak of these messages, by their keys, in the order in which they came."""
    if not sids:
        return []
    number, key = col(Journal.id), col(Journal.key)
    mine = col(Journal.account_sid) == account_sid
    inbound = [f"{kind}:{sid}" for sid in sids for kind in ("inbound", "pulled")]
    parts = [sa.select(number).where(mine, key.in_(inbound))]
    # The sign after the colon.
    parts += [sa.select(number).where(mine, key >= f"status:{sid}:", key < f"status:{sid};") for sid in sids]
    query = select(Journal).where(by_primary_key.account_is(Journal, account_sid), number.in_(sa.union_all(*parts)))
    return list(session.exec(query.order_by(number)))


def records_of(session: Session, account_sid: str, address_ids: Collection[int]) -> list[tuple[ConsentRecord, str]]:
    """Every consent record of these addresses, counting or not, with its address."""
    query = select(ConsentRecord, Address.address).where(
        ConsentRecord.account_sid == account_sid,
        col(ConsentRecord.address_id).in_(address_ids),
        by_primary_key.is_row(Address, account_sid, ConsentRecord.address_id),
    )
    return sorted(session.exec(query), key=lambda row: row[0].id or 0)


def codes_of(session: Session, account_sid: str, address_ids: Collection[int]) -> Sequence[OptInCode]:
    """The codes of forms that these addresses filled in and did not confirm yet, or did."""
    query = select(OptInCode).where(OptInCode.account_sid == account_sid, col(OptInCode.address_id).in_(address_ids))
    return sorted(session.exec(query), key=lambda row: row.id or 0)


def _of(session: Session, account_sid: str, table: type[Row], column: Any, numbers: Collection[int]) -> Sequence[Row]:
    found: Any = table
    query = select(table).where(by_primary_key.account_is(found, account_sid), col(column).in_(numbers))
    return list(session.exec(query.order_by(col(found.id))))


@dataclass(frozen=True)
class Counts:
    """How many messages there are with a person, how many of them wait to leave, and how many files they carry."""

    messages: int
    waiting: int
    files: int


def counts(session: Session, account_sid: str, found: Person) -> Counts:
    """How much there is in a person's conversations."""
    messages = waiting = files = 0
    for number in found.conversation_ids:
        query = sa.select(
            sa.func.count(),
            sa.func.coalesce(sa.func.sum(sa.case((col(Message.state).in_(("held", "ready")), 1), else_=0)), 0),
            sa.func.coalesce(sa.func.sum(col(Message.num_media)), 0),
        ).where(col(Message.account_sid) == account_sid, col(Message.conversation_id) == number)
        row = session.execute(query).one()
        messages, waiting, files = messages + int(row[0]), waiting + int(row[1]), files + int(row[2])
    return Counts(messages, waiting, files)
