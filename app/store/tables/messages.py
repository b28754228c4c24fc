"""Messages both ways, every attempt to send one, and every status that was told of one."""

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
from app.vocabulary import MESSAGE_STATES

# What the failures page lists; its queries say the same in the same words, or the index isn't used.
FAILED = "state IN ('failed', 'blocked') OR status IN ('failed', 'undelivered')"
# Templates that reached somebody outside their session window; the count of a day's people says the same words.
REACHED = "outside_window AND outcome NOT IN ('refused', 'not_sent')"
# What the preflight looks at, in the same words.
WAITS_WITH_A_FILE = "num_media > 0 AND (state = 'ready' OR (state = 'held' AND reason = 'preflight'))"


class Message(SQLModel, table=True):
    """One message. `state` is ours (docs/architecture.md#out), `status` is Twilio's word, '' until it said one.

    Outbound rows are the outbox: `next_attempt_at` and `not_before` say when the sender may claim one.
    `check_at` says when to ask Twilio about one that has been silent; None once it is finished.
    `contact_id` is whom one of ours goes to, None for one that came in.
    `hosted_file_id` is the file of ours that it carries.
    `request_key` is what makes a repeated request the same message; '' where nobody gave one.
    With `text_deleted_at` body, details and variables are gone: its time was over.
    """

    __table_args__ = (
        partial_index(
            "uq_message_sid",
            "account_sid",
            "sid",
            unique=True,
            where="sid <> ''",
        ),
        partial_index(
            "uq_message_request_key",
            "account_sid",
            "request_key",
            unique=True,
            where="request_key <> ''",
        ),
        sa.Index("ix_message_thread", "account_sid", "conversation_id", "occurred_at", "id"),
        partial_index("ix_message_outbox", "account_sid", "from_address", "id", where="state = 'ready'"),
        partial_index("ix_message_unconfirmed", "account_sid", "id", where="state = 'unconfirmed'"),
        partial_index(
            "ix_message_in_line",
            "account_sid",
            "contact_id",
            "id",
            where="state = 'ready'",
        ),
        partial_index("ix_message_failed", "account_sid", "occurred_at", "id", where=FAILED),
        partial_index(
            "ix_message_files",
            "account_sid",
            "conversation_id",
            where="num_media > 0",
        ),
        partial_index(
            "ix_message_hosted_file",
            "account_sid",
            "hosted_file_id",
            "id",
            where="hosted_file_id IS NOT NULL",
        ),
        partial_index("ix_message_template", "account_sid", "occurred_at", "id", where="content_sid <> ''"),
        partial_index("ix_message_waits_with_a_file", "account_sid", "id", where=WAITS_WITH_A_FILE),
        partial_index(
            "ix_message_waits_for_answer",
            "account_sid",
            "conversation_id",
            "id",
            where="state = 'held' AND reason = 'waiting_for_answer'",
        ),
        partial_index(
            "ix_message_check",
            "account_sid",
            "check_at",
            where="check_at IS NOT NULL",
        ),
        sa.CheckConstraint(f"state IN {MESSAGE_STATES}", name="state"),
        sa.CheckConstraint("direction IN ('inbound', 'outbound')", name="direction"),
    )

    id: int | None = identity()
    account_sid: str = account()
    conversation_id: int = reference("conversation.id")
    contact_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    direction: str = Field(max_length=10)
    sid: str = Field(default="", max_length=34)
    kind: str = Field(max_length=30)
    body: str = text()
    from_address: str = Field(max_length=160)
    to_address: str = Field(max_length=160)
    messaging_service_sid: str = Field(default="", max_length=34)
    content_sid: str = Field(default="", max_length=34)
    content_variables: dict[str, Any] = document()
    media_urls: list[str] = Field(default_factory=list, sa_type=sa.JSON)
    num_media: int = 0
    hosted_file_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    details: dict[str, Any] = document()
    state: str = Field(max_length=20)
    reason: str = Field(default="", max_length=60)
    status: str = Field(default="", max_length=40)
    error_code: str = Field(default="", max_length=20)
    error_message: str = text()
    tries: int = 0
    not_before: datetime | None = maybe_moment()
    next_attempt_at: datetime | None = maybe_moment()
    check_at: datetime | None = maybe_moment()
    request_key: str = Field(default="", max_length=120)
    author_id: int | None = maybe_reference("agent.id")
    author_kind: str = Field(default="", max_length=20)
    resend_of: int | None = maybe_reference("message.id")
    origin: str = Field(default="", max_length=20)
    occurred_at: datetime = moment()
    recorded_at: datetime = moment()
    text_deleted_at: datetime | None = maybe_moment()


class Attempt(SQLModel, table=True):
    """One call of Twilio's create for a message, with all that Twilio's support asks for.

    `outcome` is '' while the call is open, then accepted, refused, not_sent or unconfirmed, and for the last `cause`
    says what came instead of a clear answer.
    `decision` is what the gate rested on: rule, evidence ids and the rules' version. `outside_window` is a
    template that went out while the person's session window was closed.
    """

    __table_args__ = (
        sa.UniqueConstraint("account_sid", "message_id", "number"),
        sa.Index("ix_attempt_open", "account_sid", "outcome", "contact_id"),
        sa.Index("ix_attempt_sid", "account_sid", "sid"),
        partial_index("ix_attempt_reached", "account_sid", "started_at", "contact_id", where=REACHED),
    )

    id: int | None = identity()
    account_sid: str = account()
    message_id: int = reference("message.id")
    contact_id: int | None = Field(default=None, sa_type=sa.BigInteger)
    number: int
    outcome: str = Field(default="", max_length=20)
    cause: str = Field(default="", max_length=20, sa_column_kwargs={"server_default": ""})
    settled_by: str = Field(default="", max_length=20)
    sid: str = Field(default="", max_length=34)
    from_address: str = Field(default="", max_length=160)
    to_address: str = Field(default="", max_length=160)
    messaging_service_sid: str = Field(default="", max_length=34)
    error_code: str = Field(default="", max_length=20)
    error_message: str = text()
    http_status: int | None = None
    twilio_request_id: str = Field(default="", max_length=80)
    decision: dict[str, Any] = document()
    outside_window: bool = Field(default=False, sa_column_kwargs={"server_default": sa.false()})
    worker: str = Field(default="", max_length=80)
    started_at: datetime = moment()
    open_until: datetime = moment()
    ended_at: datetime | None = maybe_moment()
    check_at: datetime | None = maybe_moment()
    checks: int = 0


class StatusEvent(SQLModel, table=True):
    """One status told of a message. Without `message_id` it is an orphan that waits to be adopted."""

    __tablename__ = "status_event"
    __table_args__ = (
        sa.UniqueConstraint("account_sid", "sid", "status", "error_code"),
        sa.Index("ix_status_event_message", "account_sid", "message_id", "id"),
    )

    id: int | None = identity()
    account_sid: str = account()
    sid: str = Field(max_length=34)
    status: str = Field(max_length=40)
    error_code: str = Field(default="", max_length=20)
    error_message: str = text()
    message_id: int | None = maybe_reference("message.id")
    attempt_id: int | None = maybe_reference("attempt.id")
    journal_id: int | None = maybe_reference("journal.id")
    source: str = Field(max_length=20)
    occurred_at: datetime = moment()
    recorded_at: datetime = moment()
