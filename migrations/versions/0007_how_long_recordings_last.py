"""Recordings keep how long they last

Revision: 0007
Follows: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_TABLES = ("inbound_media", "hosted_file")


def upgrade() -> None:
    for table in _TABLES:
        op.add_column(table, sa.Column("seconds", sa.Integer(), nullable=True))


def downgrade() -> None:
    for table in _TABLES:
        op.drop_column(table, "seconds")
