"""What messages were sent again as."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.messages.rows import HAS_REQUEST_KEY
from app.store.tables import Message


def is_resend(account_sid: str, again: Any) -> Any:
    """The condition under which `again` is what a message was sent again as."""
    # A message is sent again under the request key again:<number>, which is unique.
    key = sa.literal("again:").concat(sa.cast(col(Message.id), sa.String))
    # Said as the unique index says it, which leaves empty keys out.
    has_key = again.request_key != sa.literal_column("''")
    return sa.and_(again.account_sid == account_sid, again.request_key == key, has_key)


def resent_as(session: Session, account_sid: str, message_ids: Collection[int]) -> dict[int, Message]:
    """What these messages were sent again as, by the earlier message's number."""
    if not message_ids:
        return {}
    keys = [f"again:{number}" for number in message_ids]
    query = select(Message).where(
        Message.account_sid == account_sid, col(Message.request_key).in_(keys), HAS_REQUEST_KEY
    )
    return {found.resend_of: found for found in session.exec(query) if found.resend_of is not None}
