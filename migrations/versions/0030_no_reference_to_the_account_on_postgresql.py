"""On PostgreSQL no row refers to its account

Revision: 0030
Follows: 0029
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    for table, keys in sa.inspect(connection).get_multi_foreign_keys().items():
        for key in keys:
            if key["referred_table"] == "account" and key["name"]:
                op.drop_constraint(key["name"], table[1], type_="foreignkey")


def downgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    for (_, table), columns in sa.inspect(connection).get_multi_columns().items():
        if table != "account" and any(column["name"] == "account_sid" for column in columns):
            op.create_foreign_key(f"{table}_account_sid_fkey", table, "account", ["account_sid"], ["account_sid"])
