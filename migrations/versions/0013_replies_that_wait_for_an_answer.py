"""Replies that wait for an answer are found by an index

Revision: 0013
Follows: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_INDEX = "ix_message_waits_for_answer"
_WAITS = sa.text("state = 'held' AND reason = 'waiting_for_answer'")


def upgrade() -> None:
    columns = ["account_sid", "conversation_id", "id"]
    op.create_index(_INDEX, "message", columns, sqlite_where=_WAITS, postgresql_where=_WAITS)


def downgrade() -> None:
    op.drop_index(_INDEX, "message")
