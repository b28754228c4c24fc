"""How customers' files came: each try, what their content shows, how often they were not there

Revision: 0019
Follows: 0018
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    op.add_column("inbound_media", sa.Column("not_there", sa.Integer(), server_default="0", nullable=False))
    op.add_column("inbound_media", sa.Column("details", JSON, server_default="{}", nullable=False))
    op.create_index("ix_inbound_media_came", "inbound_media", ["account_sid", "webhook_at"])
    op.create_table(
        "inbound_media_try",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("media_id", BIG_ID, nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(60), nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.ForeignKeyConstraint(["media_id"], ["inbound_media.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_inbound_media_try", "inbound_media_try", ["account_sid", "media_id", "id"])


def downgrade() -> None:
    op.drop_table("inbound_media_try")
    op.drop_index("ix_inbound_media_came", "inbound_media")
    op.drop_column("inbound_media", "details")
    op.drop_column("inbound_media", "not_there")
