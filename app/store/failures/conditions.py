"""The conditions of what failed, for the queries about failures. Each is a part of a WHERE or a JOIN."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from app.store.messages.resends import called_off, is_resend
from app.store.tables import Address, ConsentRecord, Conversation, Message

# The message that a failed one was sent again as, to be joined on `joins_resend`.
resent_as = sa.orm.aliased(Message)


def _literal(values: Collection[str]) -> Any:
    # Written out, so that the partial index fits on both engines.
    return sa.bindparam(None, list(values), expanding=True, literal_execute=True)


def of_ours(account_sid: str) -> tuple[Any, ...]:
    """A message of ours that Twilio refused or lost, or that was stopped here."""
    refused = col(Message.state).in_(_literal(("failed", "blocked")))
    lost = col(Message.status).in_(_literal(("failed", "undelivered")))
    return col(Message.account_sid) == account_sid, sa.or_(refused, lost), col(Message.direction) == "outbound"


def code() -> Any:
    """Twilio's code, or our own reason where there is none."""
    return sa.case((col(Message.error_code) != "", col(Message.error_code)), else_=col(Message.reason))


def joins_resend(account_sid: str) -> Any:
    """The condition by which `resent_as` is joined: it is what the message was sent again as."""
    return is_resend(account_sid, resent_as)


def is_open() -> Any:
    """Nothing was sent in the message's stead: its new try, if there was one, was called off. `resent_as` is joined.

    What became of a new try counts as that message's own.
    """
    return sa.or_(col(resent_as.id).is_(None), col(resent_as.state) == "cancelled")


def is_open_by_index(account_sid: str) -> Any:
    """As `is_open`, for a query that joins nothing: a scalar subquery is answered row by row, by the index."""
    newer = sa.select(sa.func.max(col(resent_as.id))).where(
        is_resend(account_sid, resent_as), col(resent_as.state) != "cancelled"
    )
    return newer.correlate(Message).scalar_subquery().is_(None)


def is_not_replaced() -> Any:
    """The message was not sent again, or a person called that off before it left. `resent_as` is joined."""
    return sa.or_(col(resent_as.id).is_(None), called_off(resent_as))


def may_go_again() -> Any:
    """The message was not sent again as what left or may leave, is our own, and its customer is not opted out.

    `resent_as` and Address are joined.
    """
    not_opted_out = col(Address.opt_out_record_id).is_(None)
    return sa.and_(is_not_replaced(), col(Message.origin) != "elsewhere", not_opted_out)


def may_leave(account_sid: str, inbound_since: datetime) -> Any:
    """A template, or text to a customer who has written since then."""
    in_time = sa.exists().where(
        col(Conversation.account_sid) == account_sid,
        col(Conversation.id) == col(Message.conversation_id),
        col(Conversation.last_inbound_at) > inbound_since,
    )
    return sa.or_(col(Message.content_sid) != "", in_time.correlate(Message))


def tells_an_opt_out(account_sid: str) -> Any:
    """The message's customer is not opted out, and no consent event rests on it; Address is joined."""
    recorded = sa.exists().where(
        col(ConsentRecord.account_sid) == account_sid, col(ConsentRecord.message_id) == col(Message.id)
    )
    return sa.and_(col(Address.opt_out_record_id).is_(None), ~recorded.correlate(Message))
