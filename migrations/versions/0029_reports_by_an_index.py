"""Reports find opt-outs by an index

Revision: 0029
Follows: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_OPTED_OUT = sa.text("state = 'withdrawn' OR state = 'refused'")


def upgrade() -> None:
    op.create_index(
        "ix_consent_record_opt_out",
        "consent_record",
        ["account_sid", "occurred_at", "address_id"],
        sqlite_where=_OPTED_OUT,
        postgresql_where=_OPTED_OUT,
    )


def downgrade() -> None:
    op.drop_index("ix_consent_record_opt_out", "consent_record")
