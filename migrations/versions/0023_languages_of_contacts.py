"""Contacts keep the language that templates for them are in

Revision: 0023
Follows: 0022
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("contact", sa.Column("language", sa.String(20), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("contact", "language")
