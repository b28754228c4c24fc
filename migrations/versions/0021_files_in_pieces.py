"""Files in the database are kept in pieces

Revision: 0021
Follows: 0020
"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


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


def downgrade() -> None:
    op.drop_table("media_unfinished")
    op.drop_table("media_piece")
    for column in ("piece_bytes", "size", "write_id"):
        op.drop_column("media_bytes", column)
