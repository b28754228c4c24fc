"""Lists of runs and of imports say when their cells were deleted

Revision: 0027
Follows: 0026
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
TABLES = ("template_run", "consent_import")


def upgrade() -> None:
    for table in TABLES:
        op.add_column(table, sa.Column("list_deleted_at", MOMENT, nullable=True))


def downgrade() -> None:
    for table in TABLES:
        op.drop_column(table, "list_deleted_at")
