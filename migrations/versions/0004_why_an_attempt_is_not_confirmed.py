"""An attempt that is not confirmed keeps its cause as a code of its own

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# What the earlier version read out of the error's text each time.
_CAUSE = """
UPDATE attempt SET cause = CASE
  WHEN error_message LIKE 'unreadable answer%' AND (http_status IS NULL OR http_status < 500) THEN 'unreadable'
  WHEN http_status IS NOT NULL THEN 'error'
  WHEN error_message = 'no answer was recorded' THEN 'stopped'
  WHEN error_message = 'ReadTimeout' THEN 'late'
  WHEN error_message IN ('ConnectionError', 'ChunkedEncodingError', 'ContentDecodingError') THEN 'cut'
  ELSE 'silent'
END
WHERE account_sid IN (SELECT account_sid FROM account) AND outcome = 'unconfirmed'
"""


def upgrade() -> None:
    op.add_column("attempt", sa.Column("cause", sa.String(20), server_default="", nullable=False))
    op.execute(_CAUSE)


def downgrade() -> None:
    op.drop_column("attempt", "cause")
