"""Messages of templates are found by when they were asked for

Revision: 0025
Follows: 0024
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_IS_TEMPLATE = sa.text("content_sid <> ''")


def upgrade() -> None:
    op.create_index(
        "ix_message_template",
        "message",
        ["account_sid", "occurred_at", "id"],
        sqlite_where=_IS_TEMPLATE,
        postgresql_where=_IS_TEMPLATE,
    )


def downgrade() -> None:
    op.drop_index("ix_message_template", "message")
