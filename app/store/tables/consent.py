"""What people agreed to and took back. Records are never changed; corrections are new records."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import (
    account,
    document,
    identity,
    maybe_moment,
    maybe_reference,
    moment,
    partial_index,
    reference,
    text,
)

# Opt-outs; what counts them says the same words.
OPTED_OUT = "state = 'withdrawn' OR state = 'refused'"


class ConsentRecord(SQLModel, table=True):
    """One thing that a person expressed about our messages, with its evidence; never changed.

    Fields and words follow ISO/IEC TS 27560:2023. `purpose` is one; "all" is for opt-outs, and START, which ends them.
    `scope` is the sender of ours that it was said to, '' for all of them. `supersedes` is the record that a correction
    takes out of force. `detail` holds what only one source tells, such as a form's address. `sealed_at` alone is set
    afterwards: when the record came into the tree (`ConsentLeaf`). One that came by an import counts only while that is
    applied.
    """

    __tablename__ = "consent_record"
    __table_args__ = (
        sa.Index("ix_consent_record_address", "account_sid", "address_id", "occurred_at", "id"),
        partial_index("ix_consent_record_opt_out", "account_sid", "occurred_at", "address_id", where=OPTED_OUT),
        partial_index("ix_consent_record_message", "account_sid", "message_id", where="message_id IS NOT NULL"),
        partial_index("ix_consent_record_unsealed", "account_sid", "id", where="sealed_at IS NULL"),
        partial_index("ix_consent_record_import", "account_sid", "import_id", "id", where="import_id IS NOT NULL"),
        sa.UniqueConstraint("account_sid", "evidence_key"),
    )

    id: int | None = identity()
    account_sid: str = account()
    record_id: str = Field(max_length=36)
    schema_version: str = Field(default="1", max_length=10)
    address_id: int = reference("address.id")
    purpose: str = Field(max_length=20)
    state: str = Field(max_length=20)
    scope: str = Field(default="", max_length=160)
    basis: str = Field(default="", max_length=20)
    source: str = Field(max_length=40)
    expressed_by: str = Field(max_length=20)
    event_type: str = Field(default="expressed", max_length=20)
    keyword: str = Field(default="", max_length=60)
    proof: str = text()
    evidence_key: str = Field(max_length=120)
    message_id: int | None = maybe_reference("message.id")
    message_sid: str = Field(default="", max_length=34)
    notice_id: str = Field(default="", max_length=80)
    notice_version: str = Field(default="", max_length=20)
    notice_text: str = text()
    language: str = Field(default="", max_length=20)
    withdrawal_method: str = text()
    region: str = Field(default="", max_length=2)
    region_source: str = Field(default="", max_length=20)
    ip: str = Field(default="", max_length=45)
    user_agent: str = text()
    source_url: str = text()
    detail: dict[str, Any] = document()
    supersedes: int | None = maybe_reference("consent_record.id")
    import_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    confirmed_at: datetime | None = maybe_moment()
    confirmation_sid: str = Field(default="", max_length=34)
    valid_until: datetime | None = maybe_moment()
    actor_kind: str = Field(max_length=20)
    actor_id: int | None = maybe_reference("agent.id")
    occurred_at: datetime = moment()
    recorded_at: datetime = moment()
    sealed_at: datetime | None = maybe_moment()

    @property
    def action(self) -> str:
        """The record as the feed tells it."""
        return told_as(self.state, corrects=self.supersedes is not None)


def told_as(state: str, *, corrects: bool) -> str:
    """How the feed tells a record in this state: opt_in, opt_out, requested, or corrected where it corrects another."""
    if state == "invalidated":
        return "corrected" if corrects else "opt_in"
    return {"given": "opt_in", "renewed": "opt_in", "requested": "requested"}.get(state, "opt_out")


class ConsentState(SQLModel, table=True):
    """What is in force for an identity of a contact, one purpose and one scope: derived from the records, never edited.

    `record_id` is the record that decides, `since` when it happened. `overruled` is True for an opt-in that a later
    opt-out, of all purposes perhaps, stands over. `blocked` is True where Twilio or WhatsApp hold messages back too:
    only the person can end that.
    """

    __tablename__ = "consent_state"
    __table_args__ = (
        sa.UniqueConstraint("account_sid", "contact_id", "identity", "purpose", "scope"),
        sa.Index("ix_consent_state_recent", "account_sid", "since", "id"),
        # What the list of people is filtered by, each in the order in which it is shown.
        sa.Index("ix_consent_state_state", "account_sid", "state", "since", "id"),
        sa.Index("ix_consent_state_purpose", "account_sid", "purpose", "since", "id"),
        sa.Index("ix_consent_state_source", "account_sid", "source", "since", "id"),
        sa.Index("ix_consent_state_region", "account_sid", "region", "since", "id"),
        sa.Index("ix_consent_state_overruled", "account_sid", "overruled", "since", "id"),
        sa.Index("ix_consent_state_blocked", "account_sid", "blocked", "since", "id"),
    )

    id: int | None = identity()
    account_sid: str = account()
    contact_id: int = reference("contact.id")
    identity: str = Field(max_length=160)
    purpose: str = Field(max_length=20)
    scope: str = Field(default="", max_length=160)
    state: str = Field(max_length=20)
    record_id: int = reference("consent_record.id")
    source: str = Field(max_length=40)
    basis: str = Field(default="", max_length=20)
    region: str = Field(default="", max_length=2)
    overruled: bool = False
    blocked: bool = False
    valid_until: datetime | None = maybe_moment()
    since: datetime = moment()
