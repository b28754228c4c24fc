"""What people agreed to and took back. Rows are never changed; corrections are new rows."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import account, document, identity, maybe_reference, moment, partial_index, reference


class ConsentEvent(SQLModel, table=True):
    """One opt-out or opt-in of an address, with its evidence. In force is the latest by `occurred_at`."""

    __tablename__ = "consent_event"
    __table_args__ = (
        sa.Index("ix_consent_event_address", "account_sid", "address_id", "occurred_at", "id"),
        partial_index(
            "ix_consent_event_message",
            "account_sid",
            "message_id",
            where="message_id IS NOT NULL",
        ),
        sa.UniqueConstraint("account_sid", "evidence_key"),
    )

    id: int | None = identity()
    account_sid: str = account()
    address_id: int = reference("address.id")
    action: str = Field(max_length=20)
    purpose: str = Field(default="all", max_length=60)
    source: str = Field(max_length=40)
    keyword: str = Field(default="", max_length=60)
    evidence_key: str = Field(max_length=120)
    message_id: int | None = maybe_reference("message.id")
    detail: dict[str, Any] = document()
    actor_kind: str = Field(max_length=20)
    actor_id: int | None = maybe_reference("agent.id")
    occurred_at: datetime = moment()
    recorded_at: datetime = moment()
