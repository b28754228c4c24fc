"""Files in pieces, and the preflight of files

Revision: 0021
Follows: 0020
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
_WAITS_WITH_A_FILE = sa.text("num_media > 0 AND (state = 'ready' OR (state = 'held' AND reason = 'preflight'))")


def _of_a_write() -> tuple[sa.Column[str], ...]:
    return (
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("write_id", sa.String(32), nullable=False),
    )


def upgrade() -> None:
    op.add_column("media_bytes", sa.Column("write_id", sa.String(32), nullable=False, server_default=""))
    op.add_column("media_bytes", sa.Column("size", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("media_bytes", sa.Column("piece_bytes", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "media_piece",
        *_of_a_write(),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.PrimaryKeyConstraint("account_sid", "write_id", "number"),
    )
    op.create_table(
        "media_unfinished",
        *_of_a_write(),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.PrimaryKeyConstraint("account_sid", "write_id"),
    )
    op.create_index("ix_media_unfinished_touched", "media_unfinished", ["account_sid", "touched_at"])
    op.create_table(
        "media_check",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("base_url", sa.String(300), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("failure", sa.String(40), nullable=False),
        sa.Column("warning", sa.String(40), nullable=False),
        sa.Column("seen", sa.String(200), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("checked_at", MOMENT, nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid", "subject", "base_url"),
    )
    op.create_index(
        "ix_message_waits_with_a_file",
        "message",
        ["account_sid", "id"],
        sqlite_where=_WAITS_WITH_A_FILE,
        postgresql_where=_WAITS_WITH_A_FILE,
    )
    op.create_table(
        "media_cleanup",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("actor_kind", sa.String(20), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        *(sa.Column(name, JSON, nullable=False) for name in ("removed", "kept", "missing")),
        sa.Column("trouble", sa.String(200), nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.ForeignKeyConstraint(["actor_id"], ["agent.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_media_cleanup_newest", "media_cleanup", ["account_sid", "id"])


def downgrade() -> None:
    op.drop_table("media_cleanup")
    op.drop_index("ix_message_waits_with_a_file", "message")
    op.drop_table("media_check")
    op.drop_table("media_unfinished")
    op.drop_table("media_piece")
    for column in ("piece_bytes", "size", "write_id"):
        op.drop_column("media_bytes", column)
