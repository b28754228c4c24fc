"""Who took an import of consents back: beside when

Revision: 0032
Follows: 0031
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("consent_import", sa.Column("taken_back_by", sa.Text(), nullable=False, server_default=""))
    # The audit knows who it was; an import is taken back once.
    op.execute(
        "UPDATE consent_import SET taken_back_by = COALESCE((SELECT MAX(audit.actor_name) FROM audit"
        " WHERE audit.account_sid = consent_import.account_sid AND audit.verb = 'consent.import_taken_back'"
        " AND audit.subject_kind = 'import' AND audit.subject_id = CAST(consent_import.id AS VARCHAR(80))), '')"
        " WHERE state = 'taken_back'"
    )


def downgrade() -> None:
    op.drop_column("consent_import", "taken_back_by")
