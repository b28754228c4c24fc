"""Fields of contacts: named values that the team keeps of a person

Revision: 0031
Follows: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NAME = sa.String(40).with_variant(sa.String(40, collation="C"), "postgresql")


def upgrade() -> None:
    # On PostgreSQL no row refers to its account.
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    to_account = [sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"])] if on_sqlite else []
    op.create_table(
        "contact_field",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("value", sa.String(200), nullable=False),
        *to_account,
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid", "contact_id", "name"),
    )
    op.create_index("ix_contact_field_name", "contact_field", ["account_sid", "name", "contact_id"])


def downgrade() -> None:
    op.drop_table("contact_field")
