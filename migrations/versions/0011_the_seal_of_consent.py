"""The consent ledger is sealed into a Merkle tree, with signed checkpoints

Revision: 0011
Follows: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
_UNSEALED = sa.text("sealed_at IS NULL")
_TO_SEND = sa.text("send_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("consent_record", sa.Column("sealed_at", MOMENT, nullable=True))
    op.create_index(
        "ix_consent_record_unsealed",
        "consent_record",
        ["account_sid", "id"],
        sqlite_where=_UNSEALED,
        postgresql_where=_UNSEALED,
    )
    op.create_table(
        "consent_leaf",
        *_first_columns(),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("record_id", BIG_ID, nullable=False),
        sa.Column("salt", sa.String(64), nullable=False),
        sa.Column("commitments", JSON, nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.ForeignKeyConstraint(["record_id"], ["consent_record.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid", "position"),
        sa.UniqueConstraint("account_sid", "record_id"),
    )
    op.create_table(
        "consent_node",
        *_first_columns(),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("node_hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid", "level", "position"),
    )
    _make_checkpoints()


def downgrade() -> None:
    op.drop_table("consent_checkpoint")
    op.drop_table("consent_node")
    op.drop_table("consent_leaf")
    op.drop_index("ix_consent_record_unsealed", "consent_record")
    op.drop_column("consent_record", "sealed_at")


def _first_columns() -> tuple[sa.Column[int], sa.Column[str]]:
    return (
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
    )


def _make_checkpoints() -> None:
    op.create_table(
        "consent_checkpoint",
        *_first_columns(),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("daily", sa.Boolean(), nullable=False),
        sa.Column("signed_at", MOMENT, nullable=False),
        sa.Column("send_at", MOMENT, nullable=True),
        sa.Column("sent_at", MOMENT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_consent_checkpoint_daily", "consent_checkpoint", ["account_sid", "daily", "id"])
    op.create_index(
        "ix_consent_checkpoint_to_send",
        "consent_checkpoint",
        ["account_sid", "send_at"],
        sqlite_where=_TO_SEND,
        postgresql_where=_TO_SEND,
    )
