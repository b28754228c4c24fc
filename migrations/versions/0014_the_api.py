"""Programs that call the API, and forms where people opt in

Revision: 0014
Follows: 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "api_token",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("scopes", JSON, nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("last_signs", sa.String(4), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.Column("revoked_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid", "token_hash"),
    )
    op.create_table(
        "api_answer",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("token_id", BIG_ID, nullable=False),
        sa.Column("idempotency_key", sa.String(100), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("answer", JSON, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.ForeignKeyConstraint(["token_id"], ["api_token.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid", "token_id", "idempotency_key"),
    )
    _make_forms()
    _make_codes()


def downgrade() -> None:
    op.drop_table("opt_in_code")
    op.drop_table("opt_in_version")
    op.drop_table("opt_in_form")
    op.drop_table("api_answer")
    op.drop_table("api_token")


def _make_forms() -> None:
    op.create_table(
        "opt_in_form",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("slug", sa.String(60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid", "slug"),
    )
    op.create_table(
        "opt_in_version",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("form_id", BIG_ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("business", sa.String(200), nullable=False),
        sa.Column("sender", sa.String(160), nullable=False),
        sa.Column("privacy_url", sa.String(500), nullable=False),
        sa.Column("double_opt_in", sa.Boolean(), nullable=False),
        sa.Column("purposes", JSON, nullable=False),
        sa.Column("wordings", JSON, nullable=False),
        sa.Column("made_by", BIG_ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.ForeignKeyConstraint(["form_id"], ["opt_in_form.id"]),
        sa.ForeignKeyConstraint(["made_by"], ["agent.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid", "form_id", "number"),
    )


def _make_codes() -> None:
    op.create_table(
        "opt_in_code",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("version_id", BIG_ID, nullable=False),
        sa.Column("language", sa.String(20), nullable=False),
        sa.Column("purposes", JSON, nullable=False),
        sa.Column("text", sa.Text(), server_default="", nullable=False),
        sa.Column("address_id", BIG_ID, nullable=True),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.Column("expires_at", MOMENT, nullable=True),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"]),
        sa.ForeignKeyConstraint(["version_id"], ["opt_in_version.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid", "code"),
    )
    op.create_index("ix_opt_in_code_version", "opt_in_code", ["account_sid", "version_id", "language"])
    op.create_index("ix_opt_in_code_expires", "opt_in_code", ["account_sid", "expires_at"])
