"""Files of consents, brought here as a whole and taken back as a whole

Revision: 0016
Follows: 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
_IMPORTED = sa.text("import_id IS NOT NULL")


def upgrade() -> None:
    op.create_table(
        "consent_import",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("encoding", sa.String(20), nullable=False),
        sa.Column("separator", sa.String(1), nullable=False),
        sa.Column("columns", JSON, nullable=False),
        sa.Column("mapping", JSON, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("lines", "good", "bad", "records")),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.Boolean(), nullable=False),
        sa.Column("actor_kind", sa.String(20), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("applied_at", MOMENT, nullable=True),
        sa.Column("taken_back_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.ForeignKeyConstraint(["actor_id"], ["agent.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_consent_import_state", "consent_import", ["account_sid", "state", "id"])
    op.create_table(
        "consent_import_line",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("import_id", BIG_ID, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("cells", JSON, nullable=False),
        sa.Column("understood", JSON, nullable=False),
        sa.Column("fault", sa.String(40), nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.ForeignKeyConstraint(["import_id"], ["consent_import.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid", "import_id", "line"),
    )
    for column in ("fault", "key"):
        name = f"ix_consent_import_line_{column}"
        op.create_index(name, "consent_import_line", ["account_sid", "import_id", column, "line"])
    op.add_column("consent_record", sa.Column("import_id", sa.BigInteger(), nullable=True))
    op.create_index(
        "ix_consent_record_import",
        "consent_record",
        ["account_sid", "import_id", "id"],
        sqlite_where=_IMPORTED,
        postgresql_where=_IMPORTED,
    )


def downgrade() -> None:
    op.drop_index("ix_consent_record_import", "consent_record")
    op.drop_column("consent_record", "import_id")
    op.drop_table("consent_import_line")
    op.drop_table("consent_import")
