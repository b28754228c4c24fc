"""The audit searched, and the settings known at the last start

Revision: 0015
Follows: 0014
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
_INDEXES = {
    "ix_audit_when": ["occurred_at", "id"],
    "ix_audit_verb": ["verb", "occurred_at", "id"],
    "ix_audit_person": ["actor_kind", "actor_id", "occurred_at", "id"],
    "ix_audit_actor": ["actor_kind", "actor_id", "verb", "occurred_at", "id"],
    "ix_audit_subject": ["subject_kind", "subject_id", "occurred_at", "id"],
}


def upgrade() -> None:
    op.drop_index("ix_audit_account", "audit")
    for name, columns in _INDEXES.items():
        op.create_index(name, "audit", ["account_sid", *columns])
    op.create_table(
        "known_settings",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("summary", JSON, nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid"),
    )


def downgrade() -> None:
    op.drop_table("known_settings")
    for name in _INDEXES:
        op.drop_index(name, "audit")
    op.create_index("ix_audit_account", "audit", ["account_sid", "id"])
