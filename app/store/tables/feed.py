"""What consoles follow: one row for each change, in the transaction of the change itself."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import account, document, identity, maybe_reference, moment

SELDOM_KINDS = ("consent", "media", "quarantine")
# The condition of a partial index, in its words.
SELDOM = sa.text(f"kind IN ({', '.join(map(repr, SELDOM_KINDS))})")


class FeedEvent(SQLModel, table=True):
    """One line of the live feed. `kind` is inbound, outbound, status, state, consent, quarantine …

    `transaction` is PostgreSQL's transaction number, by which a reader knows what may still come behind what it has
    read (`app/store/feed/positions.py`). It is 0 on SQLite, where writers take turns.
    """

    __tablename__ = "feed_event"
    __table_args__ = (
        # On SQLite the order of transactions is the order of numbers.
        sa.Index("ix_feed_event_following", "account_sid", "transaction", "id").ddl_if(dialect="postgresql"),
        sa.Index("ix_feed_event_conversation", "account_sid", "conversation_id", "id"),
        # What no webhook pays for: among a million others, those of a seldom kind are not found by looking.
        sa.Index("ix_feed_event_seldom", "account_sid", "kind", "id", sqlite_where=SELDOM, postgresql_where=SELDOM),
    )

    id: int | None = identity()
    account_sid: str = account()
    kind: str = Field(max_length=20)
    word: str = Field(default="", max_length=60)
    conversation_id: int | None = maybe_reference("conversation.id")
    message_id: int | None = maybe_reference("message.id")
    journal_id: int | None = maybe_reference("journal.id")
    detail: dict[str, Any] = document()
    took_ms: int | None = None
    transaction: int = Field(default=0, sa_type=sa.BigInteger)
    occurred_at: datetime = moment()
    recorded_at: datetime = moment()
