"""How an evidence sheet shows its content: names of fields, in the order in which one asks for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import render_template

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
)
_MOMENTS = frozenset({"confirmed_at", "valid_until", "recorded_at"})
_CODES = frozenset({"source", "expressed_by", "event_type", "basis", "region_source", "actor_kind"})


def document(content: Mapping[str, Any]) -> str:
    """The sheet's document, not yet signed."""
    return render_template("consent/sheet.html", sheet=content, fields=fields, moment=moment, not_counting=not_counting)


def fields(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a record tells: each field that says something, with its name."""
    told = {**record["sealed"], **record["values"]}
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
    return str(value).replace("_", " ") if name in _CODES else str(value)
