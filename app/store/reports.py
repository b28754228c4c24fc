"""What became of templates that were sent: counted by template, country and sender, some days at a time."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.columns import UtcDateTime
from app.store.day_after import day_after
from app.store.prepared import Prepared
from app.store.tables import Address, ConsentImport, ConsentRecord, Contact, Conversation, Message

# Written out, so that the partial indexes fit on both engines and what is grouped by has no value in it.
_NONE: Any = sa.literal_column("''")
_ACCOUNT: Any = sa.bindparam("account_sid")
_SINCE: Any = sa.bindparam("since", type_=UtcDateTime())
_UNTIL: Any = sa.bindparam("until", type_=UtcDateTime())


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
    asked = _with_the_next_reply()
    country = sa.case((col(Contact.region) != _NONE, col(Contact.region)), else_=col(Contact.country))
    by = (asked.c.content_sid, country, asked.c.from_address)
    sent = asked.c.state == "accepted"
    failed = sa.or_(asked.c.status == "failed", asked.c.status == "undelivered")
    replied = asked.c.reply_at <= day_after(asked.c.occurred_at)
    query = (
        sa.select(
            *by,
            _count(sent),
            _count(sent, sa.or_(asked.c.status == "delivered", asked.c.status == "read")),
            _count(sent, asked.c.status == "read"),
            _count(sent, ~failed, replied),
            _count(sent, ~failed, _opted_out(asked)),
            _count(sa.or_(asked.c.state == "failed", failed)),
        )
        .select_from(asked)
        .join(
            Conversation,
            sa.and_(by_primary_key.account_is(Conversation, _ACCOUNT), col(Conversation.id) == asked.c.conversation_id),
        )
        .join(
            Contact,
            sa.and_(by_primary_key.account_is(Contact, _ACCOUNT), col(Contact.id) == col(Conversation.contact_id)),
        )
        .group_by(*by)
    )
    return Prepared(query)


def _count(*conditions: Any) -> Any:
    return sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0))


def _with_the_next_reply() -> Any:
    """The templates that were asked for, each with when they wrote next, if soon after it or after a later one.

    Looked for from each template only until the next one: so the messages of a conversation are read once, however
    many templates stand in it.
    """
    heard = _heard_before_the_next()
    backwards = (heard.c.occurred_at.desc(), heard.c.id.desc())
    reply_at = sa.func.min(heard.c.heard_at).over(
        partition_by=heard.c.conversation_id, order_by=backwards, rows=(None, 0)
    )
    return sa.select(*(one for one in heard.c if one is not heard.c.heard_at), reply_at.label("reply_at")).subquery(
        "asked"
    )


def _heard_before_the_next() -> Any:
    wanted = (Message.id, Message.conversation_id, Message.content_sid, Message.from_address, Message.state,
              Message.status, Message.occurred_at)  # fmt: skip
    order = (col(Message.occurred_at), col(Message.id))
    next_at = sa.func.lead(col(Message.occurred_at)).over(partition_by=col(Message.conversation_id), order_by=order)
    template = (
        sa.select(*map(col, wanted), next_at.label("next_at"))
        .where(
            col(Message.account_sid) == _ACCOUNT,
            col(Message.content_sid) != _NONE,
            col(Message.occurred_at) >= _SINCE,
            col(Message.occurred_at) < _UNTIL,
        )
        .subquery("wanted")
    )
    reply = aliased(Message)
    heard_at = (
        sa.select(col(reply.occurred_at))
        .where(
            col(reply.account_sid) == _ACCOUNT,
            col(reply.conversation_id) == template.c.conversation_id,
            col(reply.occurred_at) > template.c.occurred_at,
            col(reply.occurred_at) <= sa.func.coalesce(template.c.next_at, day_after(template.c.occurred_at)),
            col(reply.direction) == "inbound",
        )
        .order_by(col(reply.occurred_at))
        .limit(sa.literal_column("1"))
        .correlate(template)
    )
    return sa.select(template, heard_at.scalar_subquery().label("heard_at")).subquery("heard")


def _opted_out(asked: Any) -> Any:
    """An opt-out of theirs happened within a day, and stands: no correction takes it out of force."""
    applied = sa.select(col(ConsentImport.id)).where(
        col(ConsentImport.account_sid) == _ACCOUNT, col(ConsentImport.state) == "applied"
    )
    # One in the other, so that SQLite begins with the few addresses of the person.
    opt_out = (
        sa.exists()
        .where(
            *_is_opt_out(ConsentRecord),
            col(ConsentRecord.address_id) == col(Address.id),
            *_within_a_day(ConsentRecord, asked.c.occurred_at),
            sa.or_(col(ConsentRecord.import_id).is_(None), col(ConsentRecord.import_id).in_(applied)),
            ~_corrected(),
        )
        .correlate(asked, Address)
    )
    mine = (by_primary_key.account_is(Address, _ACCOUNT), col(Address.contact_id) == col(Conversation.contact_id))
    # Most people never opt out: the few who did in these days are looked up once, and only they one by one.
    return sa.and_(
        col(Conversation.contact_id).in_(_who_opted_out()),
        sa.exists().where(*mine, opt_out).correlate(asked, Conversation),
    )


def _who_opted_out() -> Any:
    """The contacts of whom an opt-out happened in these days or the day after them."""
    record, address = aliased(ConsentRecord), aliased(Address)
    mine = sa.and_(by_primary_key.account_is(address, _ACCOUNT), col(address.id) == col(record.address_id))
    return (
        sa.select(col(address.contact_id))
        .select_from(record)
        .join(address, mine)
        .where(*_is_opt_out(record), col(record.occurred_at) > _SINCE, col(record.occurred_at) <= day_after(_UNTIL))
    )


def _is_opt_out(record: Any) -> tuple[Any, Any]:
    state = col(record.state)
    said = sa.or_(state == sa.literal_column("'withdrawn'"), state == sa.literal_column("'refused'"))
    return col(record.account_sid) == _ACCOUNT, said


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


def _within_a_day(row: Any, sent: Any) -> tuple[Any, Any]:
    return col(row.occurred_at) > sent, col(row.occurred_at) <= day_after(sent)
