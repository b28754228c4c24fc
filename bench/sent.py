"""Messages of ours that Twilio has accepted, so that there is something for status callbacks to tell of."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from app.domain.clock import now
from app.store.database import Session, connect
from app.store.messages import rows as messages
from bench.posts import Posted, Writer

STATUSES = ("sent", "delivered", "read")
_AT_ONCE = 500
_CONVERSATIONS = sa.text(
    "SELECT conversation.id, address.address, conversation.sender FROM conversation"
    " JOIN address ON address.id = conversation.address_id WHERE conversation.account_sid = :account_sid"
    " AND address.account_sid = :account_sid ORDER BY conversation.id"
)


def statuses(writer: Writer, database_url: str, count: int) -> list[Posted]:
    """`count` callbacks for messages that are stored here as sent; each message's come in their order."""
    sent = _stored(writer, database_url, -(-count // len(STATUSES)))
    told = [iter([writer.status(sid, to, word) for word in STATUSES]) for sid, to in sent]
    # Which message's next status it is, in any order.
    turns = [callbacks for callbacks in told for _ in STATUSES]
    random.Random(writer.seed).shuffle(turns)
    return [next(callbacks) for callbacks in turns][:count]


def _stored(writer: Writer, database_url: str, count: int) -> list[tuple[str, str]]:
    database = connect(database_url)
    known = {"account_sid": writer.account_sid}
    conversations = database.read(lambda session: session.execute(_CONVERSATIONS, known).all())
    rows = [_row(writer, number, *conversations[number % len(conversations)]) for number in range(count)]
    for batch in _batches(rows):
        database.write(lambda session, batch=batch: _add(session, batch))  # type: ignore[misc]
    database.close()
    return [(row["sid"], row["to_address"]) for row in rows]


def _batches(rows: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    for start in range(0, len(rows), _AT_ONCE):
        yield rows[start : start + _AT_ONCE]


def _add(session: Session, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        messages.add_with_sid(session, row)


def _row(writer: Writer, number: int, conversation_id: int, to: str, sender: str) -> dict[str, Any]:
    at = now()
    return {
        "account_sid": writer.account_sid,
        "conversation_id": conversation_id,
        "direction": "outbound",
        "kind": "text",
        "body": "On its way.",
        "sid": f"SMf{writer.seed:07x}{number:024x}",
        "from_address": sender,
        "to_address": to,
        "state": "accepted",
        "status": "queued",
        "occurred_at": at,
        "recorded_at": at,
    }
