"""The consent ledger's Merkle tree (RFC 9162 §2.1), and the signed checkpoints over it."""

from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from app.store.columns import account, document, identity, maybe_moment, moment, partial_index, reference, text


class ConsentLeaf(SQLModel, table=True):
    """One sealed consent record at its place in the tree.

    `commitments` are HMAC-SHA-256(`salt`, field‖0‖value) of what is personal in the record, in hexadecimal; the leaf is
    the hash of them and of the record's plain fields. When a person is erased the values and `salt` go, and the leaf
    still proves itself.
    """

    __tablename__ = "consent_leaf"
    __table_args__ = (
        sa.UniqueConstraint("account_sid", "position"),
        sa.UniqueConstraint("account_sid", "record_id"),
    )

    id: int | None = identity()
    account_sid: str = account()
    position: int = Field(sa_type=sa.BigInteger)
    record_id: int = reference("consent_record.id")
    salt: str = Field(max_length=64)
    commitments: dict[str, str] = document()
    leaf_hash: bytes = Field(sa_type=sa.LargeBinary)
    sealed_at: datetime = moment()


class ConsentNode(SQLModel, table=True):
    """The hash over 2^`level` leaves from `position`·2^`level` on. Kept for levels 8, 16, …: the rest is computed."""

    __tablename__ = "consent_node"
    __table_args__ = (sa.UniqueConstraint("account_sid", "level", "position"),)

    id: int | None = identity()
    account_sid: str = account()
    level: int
    position: int = Field(sa_type=sa.BigInteger)
    node_hash: bytes = Field(sa_type=sa.LargeBinary)


class ConsentCheckpoint(SQLModel, table=True):
    """A signed note (C2SP tlog-checkpoint) over the tree's first `size` leaves.

    A `daily` one leaves the machine: `send_at` is when that is tried next, `sent_at` when it was done, `trouble` why it
    failed last.
    """

    __tablename__ = "consent_checkpoint"
    __table_args__ = (
        partial_index("ix_consent_checkpoint_to_send", "account_sid", "send_at", where="send_at IS NOT NULL"),
        sa.Index("ix_consent_checkpoint_daily", "account_sid", "daily", "id"),
    )

    id: int | None = identity()
    account_sid: str = account()
    size: int = Field(sa_type=sa.BigInteger)
    note: str = text()
    daily: bool = False
    signed_at: datetime = moment()
    send_at: datetime | None = maybe_moment()
    sent_at: datetime | None = maybe_moment()
    tries: int = 0
    trouble: str = text()
