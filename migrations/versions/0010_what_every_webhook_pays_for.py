"""Every webhook pays for fewer indexes

Revision: 0010
Follows: 0009
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

# A status that wasn't understood had a key without its SID: `status:` and the digest of the form.
_NOT_UNDERSTOOD = "account_sid <> '' AND kind = 'status' AND state <> 'applied' AND sid <> '' AND length(key) ="
_WITHOUT_SID = f"{_NOT_UNDERSTOOD} {len('status:') + 64}"
_WITH_SID = f"{_NOT_UNDERSTOOD} {len('status:') + 34 + len(':') + 64}"


def upgrade() -> None:
    op.execute(f"UPDATE journal SET key = 'status:' || sid || ':' || substr(key, 8) WHERE {_WITHOUT_SID}")
    for name in ("journal_id", "recorded"):
        op.drop_index(f"ix_feed_event_{name}", "feed_event")
    op.drop_index("ix_journal_sid", "journal")
    op.drop_index("ix_journal_state", "journal")
    op.drop_index("ix_message_check", "message")
    if _on_postgresql():
        op.alter_column("journal", "key", type_=sa.String(200, collation="C"))
    else:
        op.drop_index("ix_feed_event_following", "feed_event")
    _partial("ix_journal_not_applied", "journal", "state", "id", where="state <> 'applied'")
    _partial("ix_message_check", "message", "check_at", where="check_at IS NOT NULL")


def downgrade() -> None:
    op.execute(f"UPDATE journal SET key = 'status:' || substr(key, 43) WHERE {_WITH_SID}")
    op.drop_index("ix_message_check", "message")
    op.drop_index("ix_journal_not_applied", "journal")
    if _on_postgresql():
        op.alter_column("journal", "key", type_=sa.String(200, collation="default"))
    else:
        op.create_index("ix_feed_event_following", "feed_event", ["account_sid", "transaction", "id"])
    op.create_index("ix_message_check", "message", ["account_sid", "check_at"])
    op.create_index("ix_journal_state", "journal", ["account_sid", "state", "id"])
    op.create_index("ix_journal_sid", "journal", ["account_sid", "sid"])
    op.create_index("ix_feed_event_recorded", "feed_event", ["account_sid", "recorded_at"])
    op.create_index("ix_feed_event_journal_id", "feed_event", ["journal_id"])


def _partial(name: str, table: str, *columns: str, where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, ["account_sid", *columns], sqlite_where=condition, postgresql_where=condition)


def _on_postgresql() -> bool:
    return op.get_bind().dialect.name == "postgresql"
