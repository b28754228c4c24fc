"""Runs of a template to many people, and the people of each run."""

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
)


class TemplateRun(SQLModel, table=True):
    """A template that is sent to a list of people.

    `mapping` says which column holds the number and what fills each variable. `category` is the template's when the run
    was planned. `reason` says why a run is paused, stopped or waits, `detail` what was seen. `done` is the last line
    that the work at hand has reached. `stop_share` is the percentage of failures of one code that pauses the run.
    With `list_deleted_at` cells, addresses and variables of its lines are gone: their time was over.
    """

    __tablename__ = "template_run"
    __table_args__ = (sa.Index("ix_template_run_state", "account_sid", "state", "id"),)

    id: int | None = identity()
    account_sid: str = account()
    name: str = Field(max_length=120)
    state: str = Field(max_length=20)
    reason: str = Field(default="", max_length=40)
    detail: dict[str, Any] = document()
    content_sid: str = Field(max_length=34)
    category: str = Field(default="", max_length=40)
    sender: str = Field(default="", max_length=160)
    columns: dict[str, Any] = document()
    mapping: dict[str, Any] = document()
    lines: int = 0
    done: int = 0
    starts_at: datetime | None = maybe_moment()
    zone: str = Field(default="UTC", max_length=64)
    stop_share: int = 10
    spend_cap: str = Field(default="", max_length=20)
    actor_kind: str = Field(max_length=20)
    actor_id: int | None = maybe_reference("agent.id")
    created_at: datetime = moment()
    started_at: datetime | None = maybe_moment()
    ended_at: datetime | None = maybe_moment()
    list_deleted_at: datetime | None = maybe_moment()


class RunRecipient(SQLModel, table=True):
    """A line of a run's list: its cells, whom they mean, what the template's variables are for this person.

    `reason` is what is wrong with the line, or the rule of the gate that leaves the person out. `person` is the same
    for two lines that mean one person. `retry_at` is when a person's quiet hours are looked at again.
    """

    __tablename__ = "run_recipient"
    __table_args__ = (
        sa.UniqueConstraint("account_sid", "run_id", "line"),
        sa.Index("ix_run_recipient_state", "account_sid", "run_id", "state", "reason", "line"),
        sa.Index("ix_run_recipient_person", "account_sid", "run_id", "person"),
        partial_index("ix_run_recipient_message", "account_sid", "message_id", where="message_id IS NOT NULL"),
    )

    id: int | None = identity()
    account_sid: str = account()
    run_id: int = reference("template_run.id")
    line: int
    cells: dict[str, Any] = document()
    state: str = Field(default="listed", max_length=20)
    reason: str = Field(default="", max_length=60)
    address: str = Field(default="", max_length=160)
    person: str = Field(default="", max_length=160)
    country: str = Field(default="", max_length=2)
    variables: dict[str, Any] = document()
    message_id: int | None = maybe_reference("message.id")
    retry_at: datetime | None = maybe_moment()
