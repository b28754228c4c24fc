"""People who were erased, and what is kept of their opt-outs

Revision: 0017
Follows: 0016
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
_FILLED_IN = sa.text("address_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "erasure",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("step", sa.String(20), nullable=False),
        sa.Column("cursor", sa.String(120), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("addresses", JSON, nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("trouble", sa.String(40), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("actor_kind", sa.String(20), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"]),
        sa.ForeignKeyConstraint(["actor_id"], ["agent.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_erasure_state", "erasure", ["account_sid", "state", "settled", "id"])
    op.create_index("ix_erasure_contact", "erasure", ["account_sid", "contact_id"])
    op.create_table(
        "erased_address",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("key_version", sa.String(20), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("erasure_id", BIG_ID, nullable=False),
        sa.Column("opt_outs", JSON, nullable=False),
        sa.Column("erased_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.ForeignKeyConstraint(["erasure_id"], ["erasure.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid", "key_version", "hash"),
    )
    op.add_column("contact", sa.Column("erased_at", MOMENT, nullable=True))
    op.create_index("ix_contact_join_joined", "contact_join", ["account_sid", "joined_id"])
    op.create_index(
        "ix_opt_in_code_address",
        "opt_in_code",
        ["account_sid", "address_id"],
        sqlite_where=_FILLED_IN,
        postgresql_where=_FILLED_IN,
    )


def downgrade() -> None:
    op.drop_index("ix_opt_in_code_address", "opt_in_code")
    op.drop_index("ix_contact_join_joined", "contact_join")
    op.drop_column("contact", "erased_at")
    op.drop_table("erased_address")
    op.drop_table("erasure")
