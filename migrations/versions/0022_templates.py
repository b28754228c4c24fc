"""Templates as Twilio has them, and what changed of them

Revision: 0022
Follows: 0021
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), server_default="", nullable=False)


def upgrade() -> None:
    op.create_table(
        "template",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("sid", sa.String(34), nullable=False),
        sa.Column("friendly_name", sa.String(500), nullable=False),
        sa.Column("group_name", sa.String(500), nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("content_types", JSON, nullable=False),
        sa.Column("kind", sa.String(40), nullable=False),
        _text("body"),
        sa.Column("variables", JSON, nullable=False),
        sa.Column("status", sa.String(40), nullable=False),
        sa.Column("category", sa.String(40), nullable=False),
        _text("rejection_reason"),
        sa.Column("approval_name", sa.String(512), nullable=False),
        sa.Column("approved_type", sa.String(40), nullable=False),
        sa.Column("created_at", MOMENT, nullable=True),
        sa.Column("updated_at", MOMENT, nullable=True),
        sa.Column("synced_at", MOMENT, nullable=False),
        sa.Column("gone_at", MOMENT, nullable=True),
        sa.Column("last_used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid", "sid"),
    )
    op.create_index("ix_template_name", "template", ["account_sid", "friendly_name", "language"])
    op.create_table(
        "template_change",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("template_id", BIG_ID, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("what", sa.String(20), nullable=False),
        _text("before"),
        _text("after"),
        _text("reason"),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.ForeignKeyConstraint(["template_id"], ["template.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_template_change_template", "template_change", ["account_sid", "template_id", "id"])


def downgrade() -> None:
    op.drop_table("template_change")
    op.drop_table("template")
