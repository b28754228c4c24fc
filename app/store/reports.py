"""What became of templates that were sent: counted by template, country and sender, some days at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.day_after import day_after
from app.store.prepared import Prepared
from app.store.report_opt_outs import ACCOUNT, SINCE, UNTIL, opted_out
from app.store.tables import Contact, Conversation, Message

# Written out, so that the partial indexes fit on both engines and what is grouped by has no value in it.
_NONE: Any = sa.literal_column("''")


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


def performance(
    session: Session, account_sid: str, since: datetime, until: datetime, content_sid: str = ""
) -> list[Performance]:
    """What became of the templates that were asked for from `since` on, before `until`. One query, by the index.

    With a `content_sid` only of this one.
    """
    given = {"account_sid": account_sid, "since": since, "until": until}
    statement = _performance(one=bool(content_sid))
    found = statement.rows(session, {**given, "content_sid": content_sid} if content_sid else given)
    return [Performance(*row[:3], *map(int, row[3:])) for row in found]


@cache
def _performance(*, one: bool) -> Prepared:
    # Asked for every day of a report: to put it together takes longer than to run it.
    asked = _with_the_next_reply([col(Message.content_sid) == sa.bindparam("content_sid")] if one else [])
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
            _count(sent, ~failed, opted_out(asked)),
            _count(sa.or_(asked.c.state == "failed", failed)),
        )
        .select_from(asked)
        .join(
            Conversation,
            by_primary_key.is_row(Conversation, ACCOUNT, asked.c.conversation_id),
        )
        .join(
            Contact,
            by_primary_key.is_row(Contact, ACCOUNT, Conversation.contact_id),
        )
        .group_by(*by)
    )
    return Prepared(query)


def _count(*conditions: Any) -> Any:
    return sa.func.sum(sa.case((sa.and_(*conditions), 1), else_=0))


def _with_the_next_reply(more: Sequence[Any]) -> Any:
    """The templates that were asked for, each with when they wrote next, if soon after it or after a later one.

    Looked for from each template only until the next one: so the messages of a conversation are read once, however
    many templates stand in it.
    """
    heard = _heard_before_the_next(more)
    backwards = (heard.c.occurred_at.desc(), heard.c.id.desc())
    reply_at = sa.func.min(heard.c.heard_at).over(
        partition_by=heard.c.conversation_id, order_by=backwards, rows=(None, 0)
    )
    return sa.select(*(one for one in heard.c if one is not heard.c.heard_at), reply_at.label("reply_at")).subquery(
        "asked"
    )


def _heard_before_the_next(more: Sequence[Any]) -> Any:
    wanted = (Message.id, Message.conversation_id, Message.content_sid, Message.from_address, Message.state,
              Message.status, Message.occurred_at)  # fmt: skip
    order = (col(Message.occurred_at), col(Message.id))
    next_at = sa.func.lead(col(Message.occurred_at)).over(partition_by=col(Message.conversation_id), order_by=order)
    template = (
        sa.select(*map(col, wanted), next_at.label("next_at"))
        .where(
            col(Message.account_sid) == ACCOUNT,
            col(Message.content_sid) != _NONE,
            col(Message.occurred_at) >= SINCE,
            col(Message.occurred_at) < UNTIL,
            *more,
        )
        .subquery("wanted")
    )
    reply = aliased(Message)
    heard_at = (
        sa.select(col(reply.occurred_at))
        .where(
            col(reply.account_sid) == ACCOUNT,
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
