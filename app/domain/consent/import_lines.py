"""A line of an import: which column means what, and what a line says, or why it can't be understood."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.consent_words import CONSENT_SOURCES, PURPOSES
from app.domain.consent import import_dates
from app.domain.contacts import addresses, mobile_spellings, phone_cells
from app.domain.storable_text import storable

FIELDS = ("phone", "action", "purpose", "date", "source", "wording", "proof")
FAULTS = (
    "phone_missing",
    "phone_mangled",
    "phone_invalid",
    "action_unknown",
    "purpose_missing",
    "purpose_unknown",
    "purpose_all",
    "date_missing",
    "date_unreadable",
    "date_future",
    "proof_missing",
    "duplicate",
    "already_recorded",
    "blocked_at_twilio",
    "erased",
)
# Names of columns as spreadsheets and shops write them, without signs between the letters.
_NAMES = {
    "phone": ("phone", "phonenumber", "mobile", "mobilenumber", "number", "telephone", "whatsapp", "tel", "telefon"),
    "action": ("action", "state", "status", "optin", "consent", "type", "subscribed"),
    "purpose": ("purpose", "purposes", "topic", "list", "category", "zweck"),
    "date": ("date", "datetime", "time", "timestamp", "at", "when", "occurredat", "optindate", "consentdate", "datum"),
    "source": ("source", "channel", "origin", "medium", "quelle"),
    "wording": ("wording", "text", "noticetext", "consenttext", "notice"),
    "proof": ("proof", "evidence", "reference", "url", "sourceurl", "link", "nachweis"),
}
_IN = {"in", "optin", "optedin", "yes", "y", "true", "1", "given", "granted", "subscribed", "subscribe", "active"}
_OUT = {"out", "optout", "optedout", "no", "n", "false", "0", "withdrawn", "unsubscribed", "unsubscribe", "stop"}


class Fault(Exception):
    """The line can't be understood; `code` is one of FAULTS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class ColumnMapping:
    """Which column, by its place, holds which field; and what holds where no column or no cell says it."""

    columns: Mapping[str, int]
    country: str = ""
    action: str = ""
    purpose: str = ""
    month_first: bool = False

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> ColumnMapping:
        """As it is kept in the import's row."""
        return cls(**kept)


def guess(columns: Sequence[str]) -> dict[str, int]:
    """The columns whose names tell what they hold, each for one field."""
    bare = [re.sub(r"[\W_]", "", name.casefold()) for name in columns]
    found: dict[str, int] = {}
    for field in FIELDS:
        place = next((bare.index(name) for name in _NAMES[field] if name in bare), None)
        if place is not None and place not in found.values():
            found[field] = place
    return found


def understand(cells: Sequence[str], mapping: ColumnMapping, at: datetime) -> dict[str, Any]:
    """What the line says, in values that JSON can keep. Raises Fault."""
    told = {field: _cell(cells, mapping, field) for field in FIELDS}
    address = _address(told["phone"], mapping.country)
    identity = mobile_spellings.spellings(address)[0]
    action = _action(told["action"] or mapping.action)
    purposes = _purposes(told["purpose"] or mapping.purpose, action)
    when = _moment(told["date"], mapping.month_first)
    if when > at:
        raise Fault("date_future")
    if action == "in" and not told["proof"] and not told["wording"]:
        raise Fault("proof_missing")
    source = re.sub(r"[\W_]+", "_", told["source"].casefold()).strip("_")
    known = source in CONSENT_SOURCES and not source.startswith(("twilio", "whatsapp", "keyword", "kept"))
    return {
        "address": address,
        "identity": identity,
        "country": addresses.country_of(identity),
        "action": action,
        "purposes": purposes,
        "at": when.isoformat(),
        "source": source if known else "import",
        "source_told": told["source"][:200],
        "wording": told["wording"],
        "proof": told["proof"],
    }


def key_of(understood: Mapping[str, Any]) -> str:
    """The same for two lines that say the same about the same person."""
    said = [understood["identity"], understood["action"], *understood["purposes"], understood["at"]]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def state_of(understood: Mapping[str, Any]) -> str:
    """The state of the records that the line becomes."""
    return "given" if understood["action"] == "in" else "withdrawn"


def _cell(cells: Sequence[str], mapping: ColumnMapping, field: str) -> str:
    place = mapping.columns.get(field)
    return storable(cells[place]).strip() if place is not None and place < len(cells) else ""


def _address(typed: str, country: str) -> str:
    try:
        return phone_cells.address_of(typed, country)
    except phone_cells.PhoneFault as fault:
        raise Fault(fault.code) from None


def _action(told: str) -> str:
    word = re.sub(r"[\W_]", "", told.casefold())
    if word not in _IN | _OUT:
        raise Fault("action_unknown")
    return "in" if word in _IN else "out"


def _purposes(told: str, action: str) -> list[str]:
    words = [word for word in re.split(r"[,;|/+&\s]+", told.casefold()) if word]
    if not words:
        raise Fault("purpose_missing")
    if words == ["all"]:
        # To agree to everything is to agree to nothing in particular.
        if action == "in":
            raise Fault("purpose_all")
        return words
    if any(word not in PURPOSES for word in words):
        raise Fault("purpose_unknown")
    return sorted(set(words))


def _moment(told: str, month_first: bool) -> datetime:
    if not told:
        raise Fault("date_missing")
    try:
        found = import_dates.read(told, month_first)
    except ValueError:
        raise Fault("date_unreadable") from None
    if found.year < 1990:
        raise Fault("date_unreadable")
    return found
