"""Labels that the team gives contacts, and what fills the variables of templates

Revision: 0028
Follows: 0027
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
LABEL = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("template", sa.Column("fillings", JSON, server_default="{}", nullable=False))
    op.create_table(
        "contact_label",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("label", LABEL, nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid", "contact_id", "label"),
    )
    op.create_index("ix_contact_label_label", "contact_label", ["account_sid", "label", "contact_id"])


def downgrade() -> None:
    op.drop_table("contact_label")
    op.drop_column("template", "fillings")
