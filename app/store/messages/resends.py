"""What messages were sent again as."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.messages.rows import HAS_REQUEST_KEY, update
from app.store.tables import Message

# Why a person cancelled a message that had not left.
CALLED_OFF = ("called_off", "undone")


def is_called_off(again: Message) -> bool:
    """A person called this new try off before it left, so that the earlier message may be sent again."""
    return again.state == "cancelled" and again.reason in CALLED_OFF


def called_off(again: Any) -> Any:
    """The condition of `is_called_off`."""
    return sa.and_(again.state == "cancelled", again.reason.in_(CALLED_OFF))


def is_resend(account_sid: str, again: Any) -> Any:
    """The condition under which `again` is what a message was sent again as."""
    # A message is sent again under the request key again:<number>, which is unique.
    key = sa.literal("again:").concat(sa.cast(col(Message.id), sa.String))
    # Said as the unique index says it, which leaves empty keys out.
    has_key = again.request_key != sa.literal_column("''")
    return sa.and_(again.account_sid == account_sid, again.request_key == key, has_key)


def resent_as(session: Session, account_sid: str, message_ids: Collection[int]) -> dict[int, Message]:
    """What these messages were sent again as last, by the earlier message's number; what was called off, too."""
    if not message_ids:
        return {}
    keys = [f"again:{number}" for number in message_ids]
    query = select(Message).where(
        Message.account_sid == account_sid, col(Message.request_key).in_(keys), HAS_REQUEST_KEY
    )
    return {found.resend_of: found for found in session.exec(query) if found.resend_of is not None}


def replaced(session: Session, account_sid: str, message_ids: Collection[int]) -> set[int]:
    """Those of these messages that were sent again as what left, or may leave yet."""
    found = resent_as(session, account_sid, message_ids)
    return {number for number, again in found.items() if not is_called_off(again)}


def free_key(session: Session, account_sid: str, message_id: int) -> int | None:
    """Let another new try have the request key of the one that was called off; returns the number of that one."""
    again = resent_as(session, account_sid, [message_id]).get(message_id)
    if again is None or not is_called_off(again):
        return None
    update(session, account_sid, again.id or 0, request_key="")
    return again.id
