"""Phone numbers as the cells of a spreadsheet hold them."""

from __future__ import annotations

import re

import phonenumbers

from app.domain.contacts import addresses

PHONE_FAULTS = ("phone_missing", "phone_mangled", "phone_invalid")
# What a spreadsheet makes of a long number: its last digits are lost.
_MANGLED = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d+")


class PhoneFault(Exception):
    """The cell holds no phone number; `code` is one of PHONE_FAULTS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def address_of(typed: str, country: str) -> str:
    """The address that the cell means; `country` (two letters) is that of numbers without one. Raises PhoneFault."""
    if not typed:
        raise PhoneFault("phone_missing")
    if _MANGLED.fullmatch(typed.replace(" ", "")):
        raise PhoneFault("phone_mangled")
    found = addresses.recipient(typed) if typed.startswith(("+", "whatsapp:")) or "." in typed[:4] else None
    if found is None and not typed.startswith("whatsapp:"):
        found = _national(typed, country)
    if found is None:
        raise PhoneFault("phone_invalid")
    return found


def _national(typed: str, country: str) -> str | None:
    number = typed.removeprefix("'").strip()
    number = f"+{number[2:]}" if number.startswith("00") else number
    if re.search(r"[^\d\s()./+-]", number):
        return None
    try:
        parsed = phonenumbers.parse(number, country or None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return f"whatsapp:{phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)}"
