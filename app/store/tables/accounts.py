"""Who works here, and what they did: accounts, agents, their sessions, and the audit."""

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
    reference,
)


class Account(SQLModel, table=True):
    """A Twilio account (AC…) whose messages are kept here."""

    account_sid: str = Field(primary_key=True, max_length=34)
    name: str = ""
    created_at: datetime = moment()


class Agent(SQLModel, table=True):
    """A person who may log in. `role` is agent, admin or auditor."""

    __table_args__ = (sa.UniqueConstraint("account_sid", "login"),)

    id: int | None = identity()
    account_sid: str = account()
    login: str = Field(max_length=200)
    name: str = Field(max_length=200)
    role: str = Field(max_length=20)
    password_hash: str = Field(default="", repr=False)
    created_at: datetime = moment()
    disabled_at: datetime | None = maybe_moment()


class AgentSession(SQLModel, table=True):
    """A login that is going on; the browser holds the token, this row only its SHA-256."""

    __tablename__ = "agent_session"
    __table_args__ = (sa.UniqueConstraint("account_sid", "token_hash"),)

    id: int | None = identity()
    account_sid: str = account()
    token_hash: str = Field(index=True, max_length=64, repr=False)
    agent_id: int = reference("agent.id", index=True)
    created_at: datetime = moment()
    last_seen_at: datetime = moment()
    ended_at: datetime | None = maybe_moment()
    ip: str = ""
    user_agent: str = ""


class ResetLink(SQLModel, table=True):
    """A link that sets a password once; the link holds the token, this row only its SHA-256."""

    __tablename__ = "reset_link"
    __table_args__ = (sa.UniqueConstraint("account_sid", "token_hash"),)

    id: int | None = identity()
    account_sid: str = account()
    token_hash: str = Field(index=True, max_length=64, repr=False)
    agent_id: int = reference("agent.id", index=True)
    made_by: str = ""
    created_at: datetime = moment()
    expires_at: datetime = moment()
    used_at: datetime | None = maybe_moment()


class LoginFailure(SQLModel, table=True):
    """A failed login, for the throttle; `key` is the login or the address it came from."""

    __tablename__ = "login_failure"
    __table_args__ = (sa.Index("ix_login_failure_key", "account_sid", "key", "at"),)

    id: int | None = identity()
    account_sid: str = account()
    key: str = Field(max_length=300)
    at: datetime = moment()


class Audit(SQLModel, table=True):
    """An audit entry: who did what, when, to what. Written in the transaction of the deed itself."""

    __table_args__ = (
        sa.Index("ix_audit_when", "account_sid", "occurred_at", "id"),
        sa.Index("ix_audit_verb", "account_sid", "verb", "occurred_at", "id"),
        sa.Index("ix_audit_person", "account_sid", "actor_kind", "actor_id", "occurred_at", "id"),
        sa.Index("ix_audit_actor", "account_sid", "actor_kind", "actor_id", "verb", "occurred_at", "id"),
        sa.Index("ix_audit_subject", "account_sid", "subject_kind", "subject_id", "occurred_at", "id"),
    )

    id: int | None = identity()
    account_sid: str = account()
    actor_kind: str = Field(max_length=20)
    actor_id: int | None = maybe_reference("agent.id")
    actor_name: str = ""
    verb: str = Field(max_length=60)
    subject_kind: str = Field(default="", max_length=40)
    subject_id: str = Field(default="", max_length=80)
    detail: dict[str, Any] = document()
    occurred_at: datetime = moment()
    recorded_at: datetime = moment()


class KnownSettings(SQLModel, table=True):
    """The settings and rules that a process began with last, without secrets, to tell what the next start changed."""

    __tablename__ = "known_settings"
    __table_args__ = (sa.UniqueConstraint("account_sid"),)

    id: int | None = identity()
    account_sid: str = account()
    summary: dict[str, Any] = document()
    seen_at: datetime = moment()
