"""People are listed by what is in force, and found by the beginnings of their names and numbers

Revision: 0012
Follows: 0011
"""

import sqlalchemy as sa
from alembic import op

from app.store.contact_words import words_of

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORD = sa.String(60).with_variant(sa.String(60, collation="C"), "postgresql")
_FILTERS = ("state", "purpose", "source", "region", "overruled", "blocked")
_AT_ONCE = 1000


def upgrade() -> None:
    for name in _FILTERS:
        op.create_index(f"ix_consent_state_{name}", "consent_state", ["account_sid", name, "since", "id"])
    op.create_table(
        "contact_word",
        sa.Column("id", BIG_ID, primary_key=True, autoincrement=True),
        sa.Column("account_sid", sa.String(34), sa.ForeignKey("account.account_sid"), nullable=False),
        sa.Column("contact_id", BIG_ID, sa.ForeignKey("contact.id"), nullable=False),
        sa.Column("word", WORD, nullable=False),
        sa.UniqueConstraint("account_sid", "contact_id", "word"),
    )
    _fill()
    op.create_index("ix_contact_word_word", "contact_word", ["account_sid", "word", "contact_id"])


def downgrade() -> None:
    op.drop_table("contact_word")
    for name in _FILTERS:
        op.drop_index(f"ix_consent_state_{name}", "consent_state")


def _fill() -> None:
    """The words of everybody who is known, some contacts at a time."""
    connection = op.get_bind()
    words = sa.table("contact_word", sa.column("account_sid"), sa.column("contact_id"), sa.column("word"))
    last = 0
    while True:
        found = connection.execute(
            sa.text(
                "SELECT c.id, c.account_sid, c.name, c.profile_name, a.address FROM contact c"
                " LEFT JOIN address a ON a.account_sid = c.account_sid AND a.contact_id = c.id"
                " WHERE c.account_sid <> '' AND c.id > :last AND c.id <= :last + :some ORDER BY c.id"
            ),
            {"last": last, "some": _AT_ONCE},
        ).all()
        rows = {
            (row.account_sid, row.id, word)
            for row in found
            for text in (row.name, row.profile_name, row.address or "")
            for word in words_of(text)
        }
        if rows:
            names = ("account_sid", "contact_id", "word")
            connection.execute(words.insert(), [dict(zip(names, row, strict=True)) for row in sorted(rows)])
        newest = connection.execute(sa.text("SELECT max(id) FROM contact WHERE account_sid <> ''")).scalar()
        last += _AT_ONCE
        if newest is None or last >= newest:
            return
