"""What waits to be thinned, the consent that rests on a message, and the windows that close are found by an index

Revision: 0003
Follows: 0002
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_UNTHINNED = sa.text("state = 'applied' AND form <> ''")
_RESTS_ON_A_MESSAGE = sa.text("message_id IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_journal_unthinned",
        "journal",
        ["account_sid", "recorded_at"],
        sqlite_where=_UNTHINNED,
        postgresql_where=_UNTHINNED,
    )
    op.drop_index("ix_journal_recorded", "journal")
    op.create_index("ix_conversation_heard", "conversation", ["account_sid", "last_inbound_at"])
    op.create_index(
        "ix_consent_event_message",
        "consent_event",
        ["account_sid", "message_id"],
        sqlite_where=_RESTS_ON_A_MESSAGE,
        postgresql_where=_RESTS_ON_A_MESSAGE,
    )


def downgrade() -> None:
    op.drop_index("ix_consent_event_message", "consent_event")
    op.drop_index("ix_conversation_heard", "conversation")
    op.create_index("ix_journal_recorded", "journal", ["account_sid", "recorded_at"])
    op.drop_index("ix_journal_unthinned", "journal")
