"""Find messages for the commands and the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.tables import Attempt, Message


@dataclass(frozen=True)
class MessageFilter:
    """A filter of messages; '' and None leave a part of it out."""

    to: str = ""
    sender: str = ""
    status: str = ""
    since: datetime | None = None
    before: datetime | None = None


def messages(
    session: Session, account_sid: str, wanted: MessageFilter, limit: int, page_size: int
) -> Iterator[Message]:
    """Messages of the account that fit, newest first, read page by page."""
    last_id: int | None = None
    while limit > 0:
        query = select(Message).where(*_filters(account_sid, wanted))
        if last_id is not None:
            query = query.where(col(Message.id) < last_id)
        page = list(session.exec(query.order_by(col(Message.id).desc()).limit(min(limit, page_size))))
        yield from page
        if len(page) < min(limit, page_size):
            return
        limit -= len(page)
        last_id = page[-1].id


def _filters(account_sid: str, wanted: MessageFilter) -> list[Any]:
    filters: list[Any] = [by_primary_key.account_is(Message, account_sid)]
    if wanted.to:
        filters.append(col(Message.to_address) == wanted.to)
    if wanted.sender:
        filters.append(col(Message.from_address) == wanted.sender)
    if wanted.status:
        filters.append((col(Message.status) == wanted.status) | (col(Message.state) == wanted.status))
    if wanted.since:
        filters.append(col(Message.occurred_at) >= wanted.since)
    if wanted.before:
        filters.append(col(Message.occurred_at) < wanted.before)
    return filters


def attempts_of(session: Session, account_sid: str, message_ids: list[int]) -> dict[int, list[Attempt]]:
    """All attempts of these messages, by message."""
    found: dict[int, list[Attempt]] = {number: [] for number in message_ids}
    query = select(Attempt).where(Attempt.account_sid == account_sid, col(Attempt.message_id).in_(message_ids))
    for attempt in session.exec(query.order_by(col(Attempt.number))):
        found[attempt.message_id].append(attempt)
    return found
