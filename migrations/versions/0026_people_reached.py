"""People reached outside their session window

Revision: 0026
Follows: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0024"
branch_labels = None
depends_on = None

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


def downgrade() -> None:
    op.drop_index("ix_attempt_reached", "attempt")
    op.drop_column("attempt", "outside_window")
