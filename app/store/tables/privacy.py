"""People who were erased: how far that is, and what is kept of their opt-outs."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import Json, account, document, identity, maybe_moment, maybe_reference, moment, reference


class Erasure(SQLModel, table=True):
    """The erasure of one person. `state` is erasing or done; `step` and `cursor` say how far it is.

    `addresses` are kept only while something is still to be found by them. `upto` is the last webhook of the journal
    that may be about this person: what came later is somebody's who is new here. `trouble` is why it can't go on.
    `settled` is True once it was looked for what was under way when it ended.
    """

    __table_args__ = (
        sa.Index("ix_erasure_state", "account_sid", "state", "settled", "id"),
        sa.Index("ix_erasure_contact", "account_sid", "contact_id"),
    )

    id: int | None = identity()
    account_sid: str = account()
    contact_id: int = reference("contact.id")
    state: str = Field(max_length=20)
    step: str = Field(max_length=20)
    cursor: str = Field(default="", max_length=120)
    upto: int = Field(default=0, sa_type=sa.BigInteger)
    addresses: list[str] = Field(default_factory=list, sa_column=sa.Column(Json, nullable=False))
    counts: dict[str, Any] = document()
    trouble: str = Field(default="", max_length=40)
    settled: bool = False
    actor_kind: str = Field(max_length=20)
    actor_id: int | None = maybe_reference("agent.id")
    started_at: datetime = moment()
    finished_at: datetime | None = maybe_moment()


class ErasedAddress(SQLModel, table=True):
    """An address of an erased person who had opted out: a keyed hash, and the opt-outs that come back with it.

    `opt_outs` hold purpose, scope, and whether Twilio or WhatsApp hold messages back too. `key_version` says which key
    the hash was made with.
    """

    __tablename__ = "erased_address"
    __table_args__ = (sa.UniqueConstraint("account_sid", "key_version", "hash"),)

    id: int | None = identity()
    account_sid: str = account()
    key_version: str = Field(max_length=20)
    hash: str = Field(max_length=64)
    erasure_id: int = reference("erasure.id")
    opt_outs: list[dict[str, Any]] = Field(default_factory=list, sa_column=sa.Column(Json, nullable=False))
    erased_at: datetime = moment()
