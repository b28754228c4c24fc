"""Consent as a ledger, and one person behind all their addresses

Revision: 0008
Follows: 0007
"""

import re

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

BIG_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)
_READY = sa.text("state = 'ready'")
_RESTS_ON_A_MESSAGE = sa.text("message_id IS NOT NULL")
_NAMES = {"uq": "%(table_name)s_%(column_0_N_name)s_key"}
# The plan's own spelling of a mobile first, then the other one.
_SPELLINGS = (
    (
        re.compile(r"whatsapp:\+55([1-9][1-9])9?([6-9][0-9]{7})"),
        (r"whatsapp:+55\g<1>9\g<2>", r"whatsapp:+55\g<1>\g<2>"),
    ),
    (re.compile(r"whatsapp:\+521?([1-9][0-9]{9})"), (r"whatsapp:+52\g<1>", r"whatsapp:+521\g<1>")),
    (re.compile(r"whatsapp:\+549([1-9][0-9]{9})"), (r"whatsapp:+549\g<1>", r"whatsapp:+54\g<1>")),
)


def upgrade() -> None:
    _contacts()
    _conversations_by_contact("address_id", "contact_id")
    for table in ("message", "attempt"):
        op.add_column(table, sa.Column("contact_id", sa.BigInteger(), nullable=True))
    op.execute(
        "UPDATE message SET contact_id = (SELECT c.contact_id FROM conversation c"
        " WHERE c.account_sid = message.account_sid AND c.id = message.conversation_id)"
        " WHERE account_sid <> '' AND direction = 'outbound'"
    )
    op.execute(
        "UPDATE attempt SET contact_id = (SELECT m.contact_id FROM message m"
        " WHERE m.account_sid = attempt.account_sid AND m.id = attempt.message_id) WHERE account_sid <> ''"
    )
    _in_line_by("to_address", "contact_id")
    _make_tables()
    _move_events()
    op.drop_table("consent_event")


def downgrade() -> None:
    _make_events()
    op.drop_table("consent_state")
    op.drop_table("consent_record")
    op.drop_table("contact_join")
    _in_line_by("contact_id", "to_address")
    for table in ("message", "attempt"):
        op.drop_column(table, "contact_id")
    _conversations_by_contact("contact_id", "address_id")
    op.add_column("address", sa.Column("channel", sa.String(20), nullable=False, server_default="whatsapp"))
    op.execute("ALTER TABLE address RENAME COLUMN opt_out_record_id TO opt_out_event_id")
    for column in ("linked_by", "identity"):
        op.drop_column("address", column)
    for column in ("joined_into_id", "external_ids", "region"):
        op.drop_column("contact", column)


def _contacts() -> None:
    op.add_column("contact", sa.Column("region", sa.String(2), nullable=False, server_default=""))
    op.add_column("contact", sa.Column("external_ids", sa.String(300), nullable=False, server_default=""))
    op.add_column("contact", sa.Column("joined_into_id", sa.BigInteger(), nullable=True))
    op.add_column("address", sa.Column("identity", sa.String(160), nullable=False, server_default=""))
    op.add_column("address", sa.Column("linked_by", sa.String(20), nullable=False, server_default=""))
    op.execute("UPDATE address SET identity = address WHERE account_sid <> ''")
    op.execute("ALTER TABLE address RENAME COLUMN opt_out_event_id TO opt_out_record_id")
    op.drop_column("address", "channel")
    _add_spellings()


def _add_spellings() -> None:
    """Each mobile with two spellings gets both. Where they are two contacts already, the worker joins them."""
    connection = op.get_bind()
    mobiles = sa.text(
        "SELECT account_sid, contact_id, address, opt_out_record_id, created_at FROM address WHERE account_sid <> ''"
        " AND (address LIKE 'whatsapp:+55%' OR address LIKE 'whatsapp:+52%' OR address LIKE 'whatsapp:+54%')"
        " ORDER BY id"
    )
    known = {(row.account_sid, row.address): row for row in connection.execute(mobiles)}
    for (account_sid, address), row in list(known.items()):
        spelled = next(
            (_spelled(found, forms) for shape, forms in _SPELLINGS if (found := shape.fullmatch(address))), ()
        )
        if not spelled:
            continue
        named = {"identity": spelled[0], "account": account_sid, "address": address}
        connection.execute(
            sa.text("UPDATE address SET identity = :identity WHERE account_sid = :account AND address = :address"),
            named,
        )
        for other in spelled:
            if (account_sid, other) not in known:
                known[account_sid, other] = row
                connection.execute(
                    sa.text(
                        "INSERT INTO address (account_sid, contact_id, address, identity, linked_by, opt_out_record_id,"
                        " created_at) SELECT account_sid, contact_id, :other, :identity, 'spelling', opt_out_record_id,"
                        " created_at FROM address WHERE account_sid = :account AND address = :address"
                    ),
                    {**named, "other": other},
                )


def _spelled(found: re.Match[str], forms: tuple[str, str]) -> tuple[str, ...]:
    return tuple(found.expand(form) for form in forms)


def _conversations_by_contact(old: str, new: str) -> None:
    with op.batch_alter_table("conversation", naming_convention=_NAMES) as batch:
        batch.drop_constraint(f"conversation_account_sid_{old}_sender_key", type_="unique")
        batch.create_unique_constraint(f"conversation_account_sid_{new}_sender_key", ["account_sid", new, "sender"])


def _in_line_by(old: str, new: str) -> None:
    op.drop_index("ix_message_in_line", "message")
    op.drop_index("ix_attempt_open", "attempt")
    op.create_index(
        "ix_message_in_line", "message", ["account_sid", new, "id"], sqlite_where=_READY, postgresql_where=_READY
    )
    op.create_index("ix_attempt_open", "attempt", ["account_sid", "outcome", new])


def _make_tables() -> None:
    op.create_table(
        "contact_join",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("kept_id", BIG_ID, nullable=False),
        sa.Column("joined_id", BIG_ID, nullable=False),
        sa.Column("reason", sa.String(20), nullable=False),
        sa.Column("snapshot", JSON, nullable=False),
        sa.Column("actor_kind", sa.String(20), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("taken_back_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.ForeignKeyConstraint(["actor_id"], ["agent.id"]),
        sa.ForeignKeyConstraint(["joined_id"], ["contact.id"]),
        sa.ForeignKeyConstraint(["kept_id"], ["contact.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_contact_join_kept", "contact_join", ["account_sid", "kept_id"])
    _make_records()
    op.create_table(
        "consent_state",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("contact_id", BIG_ID, nullable=False),
        sa.Column("identity", sa.String(160), nullable=False),
        sa.Column("purpose", sa.String(20), nullable=False),
        sa.Column("scope", sa.String(160), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("record_id", BIG_ID, nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("basis", sa.String(20), nullable=False),
        sa.Column("region", sa.String(2), nullable=False),
        sa.Column("overruled", sa.Boolean(), nullable=False),
        sa.Column("blocked", sa.Boolean(), nullable=False),
        sa.Column("valid_until", MOMENT, nullable=True),
        sa.Column("since", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"]),
        sa.ForeignKeyConstraint(["record_id"], ["consent_record.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid", "contact_id", "identity", "purpose", "scope"),
    )
    op.create_index("ix_consent_state_recent", "consent_state", ["account_sid", "since", "id"])


def _make_records() -> None:
    texts = {
        "purpose": 20,
        "state": 20,
        "scope": 160,
        "basis": 20,
        "source": 40,
        "expressed_by": 20,
        "event_type": 20,
        "keyword": 60,
        "evidence_key": 120,
        "message_sid": 34,
        "notice_id": 80,
        "notice_version": 20,
        "language": 20,
        "region": 2,
        "region_source": 20,
        "ip": 45,
        "confirmation_sid": 34,
        "actor_kind": 20,
    }
    long_texts = ("proof", "notice_text", "withdrawal_method", "user_agent", "source_url")
    op.create_table(
        "consent_record",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("record_id", sa.String(36), nullable=False),
        sa.Column("schema_version", sa.String(10), nullable=False),
        sa.Column("address_id", BIG_ID, nullable=False),
        *(sa.Column(name, sa.String(length), nullable=False) for name, length in texts.items()),
        *(sa.Column(name, sa.Text(), server_default="", nullable=False) for name in long_texts),
        sa.Column("message_id", BIG_ID, nullable=True),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("supersedes", BIG_ID, nullable=True),
        sa.Column("confirmed_at", MOMENT, nullable=True),
        sa.Column("valid_until", MOMENT, nullable=True),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.ForeignKeyConstraint(["actor_id"], ["agent.id"]),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"]),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.ForeignKeyConstraint(["supersedes"], ["consent_record.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid", "evidence_key"),
    )
    op.create_index("ix_consent_record_address", "consent_record", ["account_sid", "address_id", "occurred_at", "id"])
    op.create_index(
        "ix_consent_record_message",
        "consent_record",
        ["account_sid", "message_id"],
        sqlite_where=_RESTS_ON_A_MESSAGE,
        postgresql_where=_RESTS_ON_A_MESSAGE,
    )


def _move_events() -> None:
    """An opt-out was of everything; a START ended the opt-outs before it, and named no purpose: none is invented."""
    number = {
        "sqlite": "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2)"
        " || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))",
        "postgresql": "gen_random_uuid()::text",
    }[op.get_context().dialect.name]
    op.execute(
        "INSERT INTO consent_record (id, account_sid, record_id, schema_version, address_id, purpose, state, scope,"
        " basis, source, expressed_by, event_type, keyword, evidence_key, message_id, message_sid, notice_id,"
        " notice_version, language, region, region_source, ip, confirmation_sid, detail, actor_kind, actor_id,"
        " occurred_at, recorded_at)"
        f" SELECT e.id, e.account_sid, {number}, '1', e.address_id, 'all',"
        " CASE e.action WHEN 'opt_out' THEN 'withdrawn' ELSE 'invalidated' END, '', '', e.source, 'principal',"
        " 'expressed', e.keyword, e.evidence_key, e.message_id, COALESCE(m.sid, ''), '', '', '', c.country,"
        " CASE c.country WHEN '' THEN '' ELSE 'number' END, '', '', e.detail, e.actor_kind, e.actor_id,"
        " e.occurred_at, e.recorded_at FROM consent_event e JOIN address a"
        " ON a.account_sid = e.account_sid AND a.id = e.address_id"
        " JOIN contact c ON c.account_sid = a.account_sid AND c.id = a.contact_id"
        " LEFT JOIN message m ON m.account_sid = e.account_sid AND m.id = e.message_id"
        " WHERE e.account_sid <> '' ORDER BY e.id"
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "SELECT setval('consent_record_id_seq',"
            " COALESCE((SELECT max(id) FROM consent_record WHERE account_sid <> ''), 1))"
        )
    op.execute(
        "INSERT INTO consent_state (account_sid, contact_id, identity, purpose, scope, state, record_id, source, basis,"
        " region, overruled, blocked, since)"
        " SELECT r.account_sid, a.contact_id, a.identity, 'all', '', 'withdrawn', r.id, r.source, '', r.region, false,"
        " EXISTS (SELECT 1 FROM consent_record b WHERE b.account_sid = r.account_sid AND b.address_id = r.address_id"
        "  AND b.state = 'withdrawn' AND b.source IN ('twilio_keyword', 'twilio_error_21610')"
        "  AND NOT EXISTS (SELECT 1 FROM consent_record s WHERE s.account_sid = b.account_sid"
        "   AND s.address_id = b.address_id AND s.state = 'invalidated' AND (s.occurred_at > b.occurred_at"
        "   OR (s.occurred_at = b.occurred_at AND s.id > b.id)))), r.occurred_at"
        " FROM address a JOIN consent_record r ON r.account_sid = a.account_sid"
        " AND r.id = a.opt_out_record_id AND r.address_id = a.id WHERE a.account_sid <> ''"
    )


def _make_events() -> None:
    op.create_table(
        "consent_event",
        sa.Column("id", BIG_ID, autoincrement=True, nullable=False),
        sa.Column("account_sid", sa.String(34), nullable=False),
        sa.Column("address_id", BIG_ID, nullable=False),
        sa.Column("action", sa.String(20), nullable=False),
        sa.Column("purpose", sa.String(60), nullable=False),
        sa.Column("source", sa.String(40), nullable=False),
        sa.Column("keyword", sa.String(60), nullable=False),
        sa.Column("evidence_key", sa.String(120), nullable=False),
        sa.Column("message_id", BIG_ID, nullable=True),
        sa.Column("detail", JSON, nullable=False),
        sa.Column("actor_kind", sa.String(20), nullable=False),
        sa.Column("actor_id", BIG_ID, nullable=True),
        sa.Column("occurred_at", MOMENT, nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["account_sid"], ["account.account_sid"]),
        sa.ForeignKeyConstraint(["actor_id"], ["agent.id"]),
        sa.ForeignKeyConstraint(["address_id"], ["address.id"]),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account_sid", "evidence_key"),
    )
    op.create_index("ix_consent_event_address", "consent_event", ["account_sid", "address_id", "occurred_at", "id"])
    op.create_index(
        "ix_consent_event_message",
        "consent_event",
        ["account_sid", "message_id"],
        sqlite_where=_RESTS_ON_A_MESSAGE,
        postgresql_where=_RESTS_ON_A_MESSAGE,
    )
    op.execute(
        "INSERT INTO consent_event (id, account_sid, address_id, action, purpose, source, keyword, evidence_key,"
        " message_id, detail, actor_kind, actor_id, occurred_at, recorded_at)"
        " SELECT id, account_sid, address_id, CASE state WHEN 'withdrawn' THEN 'opt_out' ELSE 'opt_in' END, purpose,"
        " source, keyword, evidence_key, message_id, detail, actor_kind, actor_id, occurred_at, recorded_at"
        " FROM consent_record WHERE account_sid <> '' AND purpose = 'all' AND scope = '' AND supersedes IS NULL"
        " ORDER BY id"
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute(
            "SELECT setval('consent_event_id_seq',"
            " COALESCE((SELECT max(id) FROM consent_event WHERE account_sid <> ''), 1))"
        )
