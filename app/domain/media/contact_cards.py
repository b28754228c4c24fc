"""What a contact card says: names, organisations and numbers (RFC 2426 and RFC 6350, as far as cards need it)."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_MOST_BYTES = 256 * 1024
_MOST_CARDS = 20
_MOST_LINES = 10
_LENGTH = 200
_NAME = re.compile(r"(?:[\w-]+\.)?([\w-]+)((?:;[^:]*)?):(.*)", re.DOTALL)
_WHATSAPP_ID = re.compile(r";waid=(\d{6,15})(?:;|$)", re.IGNORECASE)
_ESCAPED = re.compile(r"\\([\\,;nN])")


@dataclass(frozen=True)
class CardNumber:
    """A number as the card writes it, and the one to write to on WhatsApp, '' where it doesn't tell."""

    shown: str
    whatsapp: str = ""


@dataclass(frozen=True)
class Card:
    """One person, or one firm."""

    name: str
    organisation: str = ""
    numbers: list[CardNumber] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)


def cards_of(content: bytes) -> list[Card]:
    """The cards in the file, in their order; the first ones of a long file."""
    text = content[:_MOST_BYTES].decode("utf-8-sig", "replace").replace("\x00", "\ufffd")
    parts = re.split(r"(?im)^BEGIN:VCARD[ \t]*\r?$", text)[1 : _MOST_CARDS + 1]
    return [_card(part) for part in parts]


def card_of(kept: Mapping[str, Any]) -> Card:
    """A card as it was kept beside its file."""
    return Card(**{**kept, "numbers": [CardNumber(**number) for number in kept["numbers"]]})


def _card(text: str) -> Card:
    said: dict[str, list[tuple[str, str]]] = {}
    for name, options, value in _lines(text):
        said.setdefault(name, []).append((options, value))
    names = [value for _, value in said.get("FN", []) if value.strip()] or [_in_order(said.get("N", []))]
    organisation = " ".join(said["ORG"][0][1].replace(";", " ").split()) if "ORG" in said else ""
    numbers = [_number(options, value) for options, value in said.get("TEL", [])[:_MOST_LINES] if value.strip()]
    mails = [value.strip()[:_LENGTH] for _, value in said.get("EMAIL", [])[:_MOST_LINES] if value.strip()]
    return Card(names[0].strip()[:_LENGTH], organisation[:_LENGTH], numbers, mails)


def _lines(text: str) -> Iterator[tuple[str, str, str]]:
    """Names, options and values; a line that begins with a blank goes on with the one before."""
    unfolded = re.sub(r"\r?\n[ \t]", "", text)
    if "QUOTED-PRINTABLE" in unfolded.upper():
        unfolded = re.sub(r"=\r?\n", "", unfolded)
    for line in unfolded.splitlines():
        if line.upper().startswith("END:VCARD"):
            return
        found = _NAME.fullmatch(line)
        if found:
            name, options, value = found[1].upper(), found[2], found[3]
            if "QUOTED-PRINTABLE" in options.upper():
                value = quopri.decodestring(value.encode()).decode("utf-8", "replace").replace("\x00", "\ufffd")
            yield name, options, _ESCAPED.sub(lambda sign: " " if sign[1] in "nN" else sign[1], value)


def _in_order(names: list[tuple[str, str]]) -> str:
    """ "N" has the family's name first."""
    parts = (names[0][1].split(";") if names else []) + [""] * 5
    return " ".join(part for part in (parts[3], parts[1], parts[2], parts[0], parts[4]) if part.strip())


def _number(options: str, value: str) -> CardNumber:
    shown = value.strip().removeprefix("tel:")[:_LENGTH]
    known = _WHATSAPP_ID.search(options)
    plain = re.sub(r"[\s().\u00a0-]", "", shown)
    return CardNumber(shown, f"+{known[1]}" if known else plain if re.fullmatch(r"\+[1-9]\d{6,14}", plain) else "")
