"""What a consent record tells where all of it is shown: its fields by name, in the order in which one asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.web.words.gettext import N_, _

FIELDS = (
    ("notice_text", N_("Wording shown")),
    ("notice_id", N_("Notice")),
    ("notice_version", N_("Version of the notice")),
    ("language", N_("Language")),
    ("proof", N_("Proof")),
    ("keyword", N_("Keyword")),
    ("source", N_("How it was said")),
    ("import_id", N_("Import")),
    ("expressed_by", N_("Who said it")),
    ("event_type", N_("Expressed or implied")),
    ("basis", N_("Basis")),
    ("scope", N_("Only for the sender")),
    ("address", N_("Address")),
    ("source_url", N_("Page")),
    ("ip", N_("IP address")),
    ("user_agent", N_("Browser")),
    ("detail", N_("More")),
    ("message_sid", N_("Message")),
    ("message_id", N_("Message number")),
    ("confirmed_at", N_("Confirmed")),
    ("confirmation_sid", N_("Confirmed by message")),
    ("valid_until", N_("Valid until")),
    ("withdrawal_method", N_("How to withdraw")),
    ("region", N_("Region")),
    ("region_source", N_("Region known by")),
    ("supersedes", N_("Takes out of force")),
    ("recorded_at", N_("Recorded")),
    ("actor_kind", N_("Recorded by")),
    ("actor_id", N_("Number of the agent")),
    ("evidence_key", N_("Key of the evidence")),
    ("schema_version", N_("Schema version")),
    ("position", N_("Place in the ledger")),
    ("leaf_hash", N_("Hash in the ledger")),
)
_MOMENTS = frozenset({"confirmed_at", "valid_until", "recorded_at"})
_CODES = frozenset({"source", "expressed_by", "event_type", "basis", "region_source", "actor_kind"})


def facts(told: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each field that says something, with its name. Moments are RFC 3339 in UTC, as in an export."""
    return [(_(label), _shown(name, told[name])) for name, label in FIELDS if told.get(name)]


def not_counting(told: Mapping[str, Any]) -> str:
    """Why a record doesn't count."""
    if not told["taken_back_at"]:
        return _("Not yet: the import that it came by is being applied.")
    at, who = moment(told["taken_back_at"]), told["taken_back_by"]
    return _(
        "No: the import that it came by was taken back at %(at)s by %(who)s.", at=at, who=who or _("somebody here")
    )


def moment(text: str) -> str:
    """2026-11-20 08:42:03 UTC of RFC 3339 in UTC."""
    return f"{text[:10]} {text[11:19]} UTC"


def _shown(name: str, value: Any) -> str:
    if name in _MOMENTS:
        return moment(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{part} {said}" for part, said in sorted(value.items()))
    return str(value).replace("_", " ") if name in _CODES else str(value)
