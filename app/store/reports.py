"""What became of templates that were sent: counted by template, country and sender, some days at a time."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.day_after import day_after
from app.store.prepared import Prepared
from app.store.tables import Address, ConsentImport, ConsentRecord, Contact, Conversation, Message

# Written out, so that the partial index fits on both engines and what is grouped by has no value in it.
_NONE: Any = sa.literal_column("''")
_FAILED: Any = sa.or_(col(Message.status) == "failed", col(Message.status) == "undelivered")
_ACCOUNT: Any = sa.bindparam("account_sid")
_SENT: Any = col(Message.state) == "accepted"
_ARRIVED: Any = sa.and_(_SENT, ~_FAILED)


class Performance(NamedTuple):
    """What became of the messages of one template to one country from one sender.

    `sent` are those that Twilio took, `failed` those that it refused or that failed on their way. `replied` and
    `opted_out` happened within 24 hours after one that did not fail.
    """

    content_sid: str
    country: str
    sender: str
    sent: int
    delivered: int
    read: int
    replied: int
    opted_out: int
    failed: int


def performance(session: Session, account_sid: str, since: datetime, until: datetime) -> list[Performance]:
    """What became of the templates that were asked for from `since` on, before `until`. One query, by the index."""
    given = {"account_sid": account_sid, "since": since, "until": until}
    return [Performance(*row[:3], *map(int, row[3:])) for row in _performance().rows(session, given)]


@cache
def _performance() -> Prepared:
    # Asked for every day of a report: to put it together takes longer than to run it.
    country = sa.case((col(Contact.region) != _NONE, col(Contact.region)), else_=col(Contact.country))
    by = (col(Message.content_sid), country, col(Message.from_address))
    query = (
        sa.select(
            *by,
            _count(_SENT),
            _count(_SENT, sa.or_(col(Message.status) == "delivered", col(Message.status) == "read")),
            _count(_SENT, col(Message.status) == "read"),
            _count(_ARRIVED, _replied()),
            _count(_ARRIVED, _opted_out()),
            _count(sa.or_(col(Message.state) == "failed", _FAILED)),
        )
        .select_from(Message)
        .join(
            Conversation,
            sa.and_(
                by_primary_key.account_is(Conversation, _ACCOUNT),
                col(Conversation.id) == col(Message.conversation_id),
            ),
        )
        .join(
            Contact,
            sa.and_(by_primary_key.account_is(Contact, _ACCOUNT), col(Contact.id) == col(Conversation.contact_id)),
        )
        .where(
            col(Message.account_sid) == _ACCOUNT,
            col(Message.content_sid) != _NONE,
            col(Message.occurred_at) >= sa.bindparam("since"),
            col(Message.occurred_at) < sa.bindparam("until"),
        )
        .group_by(*by)
    )
    return Prepared(query)


def _count(*conditions: Any) -> Any:
    return sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0))


def _replied() -> Any:
    """They wrote within a day, whatever it was."""
    reply = aliased(Message)
    return (
        sa.exists()
        .where(
            col(reply.account_sid) == _ACCOUNT,
            col(reply.conversation_id) == col(Message.conversation_id),
            col(reply.direction) == "inbound",
            *_within_a_day(reply),
        )
        .correlate(Message)
    )


def _opted_out() -> Any:
    """An opt-out of theirs happened within a day, and stands: no correction takes it out of force."""
    applied = sa.select(col(ConsentImport.id)).where(
        col(ConsentImport.account_sid) == _ACCOUNT, col(ConsentImport.state) == "applied"
    )
    # One in the other, so that SQLite begins with the few addresses of the person.
    opt_out = (
        sa.exists()
        .where(
            col(ConsentRecord.account_sid) == _ACCOUNT,
            col(ConsentRecord.address_id) == col(Address.id),
            sa.or_(col(ConsentRecord.state) == "withdrawn", col(ConsentRecord.state) == "refused"),
            *_within_a_day(ConsentRecord),
            sa.or_(col(ConsentRecord.import_id).is_(None), col(ConsentRecord.import_id).in_(applied)),
            ~_corrected(),
        )
        .correlate(Message, Address)
    )
    mine = (by_primary_key.account_is(Address, _ACCOUNT), col(Address.contact_id) == col(Conversation.contact_id))
    return sa.exists().where(*mine, opt_out).correlate(Message, Conversation)


def _corrected() -> Any:
    """A correction says that the record is none, and no later one takes that back."""
    correction, later = aliased(ConsentRecord), aliased(ConsentRecord)
    taken_back = sa.exists().where(*_takes_back(later, correction)).correlate(correction)
    return sa.exists().where(*_takes_back(correction, ConsentRecord), ~taken_back).correlate(ConsentRecord)


def _takes_back(correction: Any, record: Any) -> tuple[Any, ...]:
    # A correction is of the same address, by which the index finds it.
    return (
        col(correction.account_sid) == _ACCOUNT,
        col(correction.address_id) == col(record.address_id),
        col(correction.supersedes) == col(record.id),
        col(correction.state) == "invalidated",
    )


def _within_a_day(row: Any) -> tuple[Any, Any]:
    sent = col(Message.occurred_at)
    return col(row.occurred_at) > sent, col(row.occurred_at) <= day_after(sent)
