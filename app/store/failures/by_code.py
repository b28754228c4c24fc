"""What failed, for the failures page. `code` is Twilio's error code, or our own reason where there is none."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.counts import bounded
from app.store.failures import conditions, unsettled
from app.store.messages.rows import IS_UNCONFIRMED
from app.store.tables import Address, Contact, Conversation, Message

DAY = timedelta(days=1)
DAYS = 7
PAGE = 20


@dataclass(frozen=True)
class Group:
    """The failures of one code within a week: by day, newest first, whom it concerns, how much may be sent again.

    Of those that were sent again since (`settled`) the days count none.
    """

    code: str
    days: tuple[int, ...]
    conversations: int
    settled: int
    resendable: int
    not_opted_out: int


@dataclass(frozen=True)
class Tally:
    """How many messages failed lately and were not sent again, and how many unconfirmed ones wait for a decision."""

    failed: int = 0
    unconfirmed: int = 0


@dataclass(frozen=True)
class Case:
    """One failed message, whose it is, and the message that it was sent again as."""

    message: Message
    conversation: Conversation
    contact: Contact
    address: Address
    resent_as: Message | None = None


def tally(session: Session, account_sid: str, since: datetime) -> Tally:
    """Count the failures and unconfirmed sends to look after, above MOST_COUNTED one more. One query, by indexes."""
    lately = sa.select(col(Message.id)).where(
        *conditions.of_ours(account_sid), col(Message.occurred_at) > since, conditions.is_open_by_index(account_sid)
    )
    unsure = sa.select(col(Message.id)).where(
        col(Message.account_sid) == account_sid, *unsettled.unconfirmed(account_sid)
    )
    row = session.execute(sa.select(bounded(lately), bounded(unsure))).one()
    return Tally(int(row[0]), int(row[1]))


def groups(session: Session, account_sid: str, at: datetime, inbound_since: datetime) -> list[Group]:
    """The failures of the last seven days, by code; most in the last day first. One query.

    Text may be sent again to whoever has written after `inbound_since`.
    """
    sent, code = col(Message.occurred_at), conditions.code()
    still = conditions.is_open()
    days = [_sum(sa.and_(sent > at - DAY * (day + 1), sent <= at - DAY * day, still)) for day in range(DAYS)]
    query = (
        sa.select(
            code.label("code"),
            sa.func.count(sa.distinct(col(Message.conversation_id))),
            _sum(~still),
            _sum(sa.and_(conditions.may_go_again(), conditions.may_leave(account_sid, inbound_since))),
            _sum(conditions.tells_an_opt_out(account_sid)),
            *days,
        )
        .select_from(Message)
        .join(Address, sa.and_(col(Address.account_sid) == account_sid, col(Address.address) == Message.to_address))
        .outerjoin(conditions.resent_as, conditions.joins_resend(account_sid))
        .where(*conditions.of_ours(account_sid), sent > at - DAY * DAYS, sent <= at)
        .group_by(code)
    )
    found = [Group(row[0], tuple(map(int, row[5:])), *map(int, row[1:5])) for row in session.execute(query)]
    return sorted(found, key=lambda group: (*(-count for count in group.days), group.code))


def _sum(condition: Any) -> Any:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def names(session: Session, account_sid: str, at: datetime, each: int = 3) -> dict[str, list[Contact]]:
    """For each code the contacts whose messages failed last. One query."""
    code = conditions.code().label("code")
    newest = (
        sa.select(code, col(Message.conversation_id), sa.func.max(col(Message.id)).label("newest"))
        .where(*conditions.of_ours(account_sid), col(Message.occurred_at) > at - DAY * DAYS)
        .group_by(code, col(Message.conversation_id))
        .subquery()
    )
    place = sa.func.row_number().over(partition_by=newest.c.code, order_by=newest.c.newest.desc()).label("place")
    ranked = sa.select(newest.c.code, newest.c.conversation_id, place).subquery()
    query = (
        sa.select(ranked.c.code, Contact)
        .join(Conversation, by_primary_key.is_row(Conversation, account_sid, ranked.c.conversation_id))
        .join(Contact, by_primary_key.is_row(Contact, account_sid, Conversation.contact_id))
        .where(ranked.c.place <= each)
        .order_by(ranked.c.code, ranked.c.place)
    )
    found: dict[str, list[Contact]] = {}
    for name, contact in session.execute(query):
        found.setdefault(name, []).append(contact)
    return found


def _cases(account_sid: str) -> Any:
    return (
        sa.select(Message, Conversation, Contact, Address, conditions.resent_as)
        .join(Conversation, by_primary_key.is_row(Conversation, account_sid, Message.conversation_id))
        .join(Contact, by_primary_key.is_row(Contact, account_sid, Conversation.contact_id))
        .join(Address, by_primary_key.is_row(Address, account_sid, Conversation.address_id))
        .outerjoin(conditions.resent_as, conditions.joins_resend(account_sid))
    )


def of_code(
    session: Session, account_sid: str, code: str, at: datetime, before: int | None = None, limit: int = PAGE
) -> list[Case]:
    """The messages that failed with this code within a week, newest first, below the message `before`."""
    query = _cases(account_sid).where(
        *conditions.of_ours(account_sid), conditions.code() == code, col(Message.occurred_at) > at - DAY * DAYS
    )
    if before is not None:
        query = query.where(col(Message.id) < before)
    return [Case(*row) for row in session.execute(query.order_by(col(Message.id).desc()).limit(limit))]


def case(session: Session, account_sid: str, message_id: int) -> Case | None:
    """One message of ours with whose it is."""
    row = session.execute(_cases(account_sid).where(col(Message.account_sid) == account_sid, Message.id == message_id))
    found = row.first()
    return Case(*found) if found else None


def unconfirmed(session: Session, account_sid: str, limit: int = 50) -> list[Case]:
    """The newest sends that are not confirmed and were not sent again."""
    mine = (col(Message.account_sid) == account_sid, IS_UNCONFIRMED, conditions.is_not_replaced())
    query = _cases(account_sid).where(*mine)
    return [Case(*row) for row in session.execute(query.order_by(col(Message.id).desc()).limit(limit))]


def resendable(
    session: Session, account_sid: str, code: str, at: datetime, inbound_since: datetime, limit: int
) -> list[int]:
    """The messages that failed with this code within a week, were not sent again and may leave now, oldest first."""
    may = sa.and_(conditions.may_go_again(), conditions.may_leave(account_sid, inbound_since))
    return _numbers(session, account_sid, code, at, limit, may)


def not_opted_out(session: Session, account_sid: str, code: str, at: datetime, limit: int) -> list[int]:
    """The messages that failed with this code within a week and tell an opt-out not on record, oldest first."""
    return _numbers(session, account_sid, code, at, limit, conditions.tells_an_opt_out(account_sid))


def _numbers(session: Session, account_sid: str, code: str, at: datetime, limit: int, condition: Any) -> list[int]:
    query = (
        _cases(account_sid)
        .with_only_columns(col(Message.id))
        .where(
            *conditions.of_ours(account_sid),
            conditions.code() == code,
            col(Message.occurred_at) > at - DAY * DAYS,
            condition,
        )
    )
    return list(session.execute(query.order_by(col(Message.id)).limit(limit)).scalars())
