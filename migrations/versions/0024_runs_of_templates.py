"""Runs of templates to many people

Revision: 0024
Follows: 0023
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
_HAS_MESSAGE = sa.text("message_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "template_run",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("content_sid", sa.String(34), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        sa.Column("sender", sa.String(160), nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("mapping", JSON, nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("starts_at", MOMENT, nullable=True),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("stop_share", sa.Integer(), nullable=False),
        sa.Column("spend_cap", sa.String(20), nullable=False),
        sa.Column("actor_kind", sa.String(20), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("started_at", MOMENT, nullable=True),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.ForeignKeyConstraint(["actor_id"], ["agent.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_template_run_state", "template_run", ["account_sid", "state", "id"])
    op.create_table(
        "run_recipient",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("run_id", BIG_ID, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("cells", JSON, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.String(60), nullable=False),
        sa.Column("address", sa.String(160), nullable=False),
        sa.Column("person", sa.String(160), nullable=False),
        sa.Column("country", sa.String(2), nullable=False),
        sa.Column("variables", JSON, nullable=False),
        sa.Column("message_id", BIG_ID, nullable=True),
        sa.Column("retry_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.ForeignKeyConstraint(["run_id"], ["template_run.id"]),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid", "run_id", "line"),
    )
    op.create_index("ix_run_recipient_state", "run_recipient", ["account_sid", "run_id", "state", "reason", "line"])
    op.create_index("ix_run_recipient_person", "run_recipient", ["account_sid", "run_id", "person"])
    op.create_index(
        "ix_run_recipient_message",
        "run_recipient",
        ["account_sid", "message_id"],
        sqlite_where=_HAS_MESSAGE,
        postgresql_where=_HAS_MESSAGE,
    )


def downgrade() -> None:
    op.drop_table("run_recipient")
    op.drop_table("template_run")
