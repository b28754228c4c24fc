"""What is deleted after its time: which texts are gone, how far the deleting came, and what it did

Revision: 0018
Follows: 0017
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from app.store.contact_words import words_of

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("message", sa.Column("text_deleted_at", MOMENT, nullable=True))
    op.create_table(
        "retention_mark",
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.PrimaryKeyConstraint("account_sid", "kind"),
    )
    op.create_table(
        "retention_wait",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid", "message_id"),
    )
    op.create_table(
        "retention_run",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.Column("did", JSON, nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_retention_run_account", "retention_run", ["account_sid", "id"])
    _let_imported_people_be_found()


def downgrade() -> None:
    for table in ("retention_run", "retention_wait", "retention_mark"):
        op.drop_table(table)
    op.drop_column("message", "text_deleted_at")


def _let_imported_people_be_found() -> None:
    """The words of those whom an import made, which had none."""
    connection, last = op.get_bind(), 0
    words = sa.table("contact_word", sa.column("account_sid"), sa.column("contact_id"), sa.column("word"))
    while True:
        found = connection.execute(
            sa.text(
                "SELECT a.id, a.account_sid, a.contact_id, a.address FROM address a WHERE a.account_sid <> ''"
                " AND a.id > :last AND NOT EXISTS (SELECT 1 FROM contact_word w WHERE w.account_sid = a.account_sid"
                " AND w.contact_id = a.contact_id) ORDER BY a.id LIMIT 2000"
            ),
            {"last": last},
        ).all()
        if not found:
            return
        # A page may end between two addresses of one person, who has words then: their other one would be passed over.
        whole = [row for row in found if row.contact_id != found[-1].contact_id] or found
        rows = {(row.account_sid, row.contact_id, word) for row in whole for word in words_of(row.address)}
        names = ("account_sid", "contact_id", "word")
        connection.execute(words.insert(), [dict(zip(names, row, strict=True)) for row in sorted(rows)])
        last = whole[-1].id
