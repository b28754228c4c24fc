"""The feed's seldom kinds are found by an index of their own

Revision: 0033
Follows: 0032
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

SELDOM = sa.text("kind IN ('consent', 'media', 'quarantine')")


def upgrade() -> None:
    op.create_index(
        "ix_feed_event_seldom",
        "feed_event",
        ["account_sid", "kind", "id"],
        sqlite_where=SELDOM,
        postgresql_where=SELDOM,
    )


def downgrade() -> None:
    op.drop_index("ix_feed_event_seldom", "feed_event")
