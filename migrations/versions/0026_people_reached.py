"""People reached outside their session window, and what Twilio tells of our senders

Revision: 0026
Follows: 0025
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_REACHED = sa.text("outside_window AND outcome NOT IN ('refused', 'not_sent')")


def upgrade() -> None:
    op.add_column("attempt", sa.Column("outside_window", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index(
        "ix_attempt_reached",
        "attempt",
        ["account_sid", "started_at", "contact_id"],
        sqlite_where=_REACHED,
        postgresql_where=_REACHED,
    )
    op.create_table(
        "sender_state",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("sender", sa.String(160), nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("quality", sa.String(40), nullable=False),
        sa.Column("limit_text", sa.String(200), nullable=False),
        sa.Column("people", sa.Integer(), nullable=True),
        sa.Column("offline_reasons", sa.Text(), nullable=False, server_default=""),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid", "sender"),
    )


def downgrade() -> None:
    op.drop_table("sender_state")
    op.drop_index("ix_attempt_reached", "attempt")
    op.drop_column("attempt", "outside_window")
