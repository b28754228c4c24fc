"""Each of the inbox's tabs is found by an index of its own conversations, in their order; messages with files too

Revision: 0009
Follows: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_OPEN, _CLOSED = sa.text("state = 'open'"), sa.text("state = 'closed'")
_INDEXES = {
    "ix_conversation_open": (["account_sid", "last_message_at", "id"], _OPEN),
    "ix_conversation_owner": (["account_sid", "assigned_agent_id", "last_message_at", "id"], _OPEN),
    "ix_conversation_closed": (["account_sid", "last_message_at", "id"], _CLOSED),
}


_FILES = sa.text("num_media > 0")


def upgrade() -> None:
    files = ["account_sid", "conversation_id"]
    op.create_index("ix_message_files", "message", files, sqlite_where=_FILES, postgresql_where=_FILES)
    for name, (columns, where) in _INDEXES.items():
        op.create_index(name, "conversation", columns, sqlite_where=where, postgresql_where=where)
    op.drop_index("ix_conversation_recent", "conversation")
    op.drop_index("ix_conversation_assigned_agent_id", "conversation")


def downgrade() -> None:
    op.drop_index("ix_message_files", "message")
    op.create_index("ix_conversation_assigned_agent_id", "conversation", ["assigned_agent_id"])
    op.create_index("ix_conversation_recent", "conversation", ["account_sid", "last_message_at"])
    for name in _INDEXES:
        op.drop_index(name, "conversation")
