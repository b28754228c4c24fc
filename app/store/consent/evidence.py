"""What else permission to write rests on: where a person is, when they wrote, and when we last wrote to them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.tables import Attempt, Contact, Conversation


@dataclass(frozen=True)
class Person:
    """A contact's region, '' where nobody set it, and when they last wrote to any sender of ours."""

    region: str
    heard_at: datetime | None


def people(session: Session, account_sid: str, contact_ids: Collection[int]) -> dict[int, Person]:
    """These contacts by number."""
    its_conversations = sa.and_(
        by_primary_key.account_is(Conversation, account_sid), col(Conversation.contact_id) == col(Contact.id)
    )
    query = (
        sa.select(col(Contact.id), col(Contact.region), col(Conversation.last_inbound_at))
        .outerjoin(Conversation, its_conversations)
        .where(by_primary_key.account_is(Contact, account_sid), col(Contact.id).in_(contact_ids))
    )
    found: dict[int, Person] = {}
    for row in session.connection().execute(query):
        before = found[row.id].heard_at if row.id in found else None
        at = row.last_inbound_at
        found[row.id] = Person(row.region, max(before or at, at) if at else before)
    return found


def last_use(session: Session, account_sid: str, contact_id: int, purpose: str) -> datetime | None:
    """When Twilio last took a message to this contact that the gate let out for this purpose."""
    its_purpose: Any = col(Attempt.decision)["evidence"]["purpose"].as_string()
    query = sa.select(sa.func.max(col(Attempt.started_at))).where(
        col(Attempt.account_sid) == account_sid,
        col(Attempt.outcome) == "accepted",
        col(Attempt.contact_id) == contact_id,
        its_purpose == purpose,
    )
    found: datetime | None = session.connection().execute(query).scalar()
    return found
