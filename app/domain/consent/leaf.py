"""What of a consent record is sealed: its plain fields, and salted commitments to what is personal."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.domain.consent import tree
from app.store.tables import ConsentRecord

# All of these are fields of the record, but for the address itself. Free text may name people, and SIDs lead to them.
PERSONAL = (
    "address",
    "confirmation_sid",
    "detail",
    "evidence_key",
    "ip",
    "keyword",
    "message_id",
    "message_sid",
    "notice_text",
    "proof",
    "source_url",
    "user_agent",
)
# What an erased person's record holds no more; the key of its evidence stays in some form, for it is unique.
ERASABLE = tuple(name for name in PERSONAL if name not in ("address", "evidence_key"))
PLAIN = (
    "account_sid",
    "actor_id",
    "actor_kind",
    "basis",
    "confirmed_at",
    "event_type",
    "expressed_by",
    "import_id",
    "language",
    "notice_id",
    "notice_version",
    "occurred_at",
    "purpose",
    "record_id",
    "recorded_at",
    "region",
    "region_source",
    "schema_version",
    "scope",
    "source",
    "state",
    "valid_until",
    "withdrawal_method",
)
_CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def new_salt() -> str:
    """A salt for one record."""
    return secrets.token_hex(32)


def personal(record: ConsentRecord, address: str) -> dict[str, str]:
    """The personal values of a record, as they are committed to; '' for what it doesn't have."""
    return {"address": address, **{name: _text(getattr(record, name)) for name in PERSONAL if name != "address"}}


def commitments(salt: str, values: Mapping[str, str]) -> dict[str, str]:
    """HMAC-SHA-256(salt, field‖0‖value) of each value, in hexadecimal."""
    keyed, found = hmac.new(bytes.fromhex(salt), digestmod=hashlib.sha256), {}
    for name, value in values.items():
        # To copy it is faster than to begin anew with the key.
        one = keyed.copy()
        one.update(f"{name}\0{value}".encode())
        found[name] = one.hexdigest()
    return found


def sealed(record: ConsentRecord, supersedes: str, committed: Mapping[str, str]) -> dict[str, Any]:
    """The object that is sealed. `supersedes` is the UUID of the record that a correction takes out of force, or ''."""
    told = {name: plain(getattr(record, name)) for name in PLAIN}
    return {**told, "supersedes": supersedes, "commitments": dict(committed)}


def hash_of(content: Mapping[str, Any]) -> bytes:
    """The leaf's hash: over the object as RFC 8785 writes JSON."""
    return tree.leaf_hash(canonical(content).encode())


def canonical(content: Any) -> str:
    """JSON in one form only: RFC 8785 for what has ASCII names and no fractions."""
    return _CANONICAL.encode(content)


def _text(value: Any) -> str:
    if value is None or value == {}:
        return ""
    return canonical(value) if isinstance(value, dict) else str(value)


def plain(value: Any) -> Any:
    """A value as JSON tells it: moments in RFC 3339, UTC, with microseconds."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    return value
