"""Links to hosted files, where they are used, and what every fetch was answered

Revision: 0020
Follows: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_MOMENT = sa.DateTime(timezone=True)
_THERE = sa.text("deleted_at IS NULL")
_CARRIES = sa.text("hosted_file_id IS NOT NULL")
_INDEXES = {
    "ix_media_grant_file": ("media_grant", ["account_sid", "file_id", "expires_at"]),
    "ix_media_grant_expires": ("media_grant", ["account_sid", "expires_at"]),
    "ix_media_fetch_file": ("media_fetch", ["account_sid", "file_id", "id"]),
}


def upgrade() -> None:
    _files()
    with op.batch_alter_table("media_grant") as grant:
        grant.add_column(sa.Column("purpose", sa.String(20), nullable=False, server_default="message"))
        grant.alter_column("message_id", existing_type=_ID, nullable=True)
        grant.alter_column("attempt_id", existing_type=_ID, nullable=True)
    op.add_column("media_fetch", sa.Column("standing", sa.String(20), nullable=False, server_default=""))
    op.add_column("media_fetch", sa.Column("file_id", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE media_fetch SET standing = 'live', file_id = (SELECT g.file_id FROM media_grant g"
        " WHERE g.account_sid = media_fetch.account_sid AND g.id = media_fetch.grant_id) WHERE account_sid <> ''"
    )
    op.add_column("message", sa.Column("hosted_file_id", sa.BigInteger(), nullable=True))
    # Before the grants have an index by file, which SQLite would rather take than that by message.
    op.execute(
        "UPDATE message SET hosted_file_id = (SELECT g.file_id FROM media_grant g"
        " WHERE g.account_sid = message.account_sid AND g.message_id = message.id ORDER BY g.id DESC LIMIT 1)"
        " WHERE account_sid <> '' AND direction = 'outbound' AND num_media > 0"
    )
    for name, (table, columns) in _INDEXES.items():
        op.create_index(name, table, columns)
    op.execute(
        "UPDATE hosted_file SET used_at = (SELECT g.created_at FROM media_grant g"
        " WHERE g.account_sid = hosted_file.account_sid AND g.file_id = hosted_file.id ORDER BY g.expires_at LIMIT 1)"
        " WHERE account_sid <> ''"
    )
    op.create_index(
        "ix_message_hosted_file",
        "message",
        ["account_sid", "hosted_file_id", "id"],
        sqlite_where=_CARRIES,
        postgresql_where=_CARRIES,
    )


def _files() -> None:
    op.add_column("hosted_file", sa.Column("kind", sa.String(20), nullable=False, server_default="document"))
    op.add_column("hosted_file", sa.Column("preview_key", sa.String(120), nullable=False, server_default=""))
    for name in ("used_at", "deleted_at"):
        op.add_column("hosted_file", sa.Column(name, _MOMENT, nullable=True))
    op.execute(
        "UPDATE hosted_file SET kind = CASE WHEN content_type LIKE 'image/%' THEN 'image'"
        " WHEN content_type LIKE 'audio/%' THEN 'audio' WHEN content_type LIKE 'video/%' THEN 'video'"
        " WHEN content_type LIKE '%vcard' THEN 'contact' ELSE 'document' END WHERE account_sid <> ''"
    )
    for name, columns in (
        ("ix_hosted_file_newest", ["account_sid", "id"]),
        ("ix_hosted_file_kind", ["account_sid", "kind", "id"]),
    ):
        op.create_index(name, "hosted_file", columns, sqlite_where=_THERE, postgresql_where=_THERE)


def downgrade() -> None:
    op.drop_index("ix_message_hosted_file", "message")
    op.drop_column("message", "hosted_file_id")
    for name, (table, _) in _INDEXES.items():
        op.drop_index(name, table)
    op.execute(
        "DELETE FROM media_fetch WHERE account_sid <> '' AND (standing <> 'live' OR grant_id IN"
        " (SELECT g.id FROM media_grant g WHERE g.account_sid = media_fetch.account_sid AND g.message_id IS NULL))"
    )
    op.execute("DELETE FROM media_grant WHERE account_sid <> '' AND message_id IS NULL")
    with op.batch_alter_table("media_fetch") as fetch:
        fetch.drop_column("file_id")
        fetch.drop_column("standing")
    with op.batch_alter_table("media_grant") as grant:
        grant.drop_column("purpose")
        grant.alter_column("message_id", existing_type=_ID, nullable=False)
        grant.alter_column("attempt_id", existing_type=_ID, nullable=False)
    op.drop_index("ix_hosted_file_newest", "hosted_file")
    op.drop_index("ix_hosted_file_kind", "hosted_file")
    for name in ("kind", "preview_key", "used_at", "deleted_at"):
        op.drop_column("hosted_file", name)
