"""Addresses that reach a contact: `whatsapp:+E164`, or `whatsapp:CC.<id>` where WhatsApp hides the number."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

# docs/twilio.md#addresses: CC. (or CC.ENT.) and up to 128 letters and digits, 140 characters in all.
_NUMBER = re.compile(r"whatsapp:\+[1-9][0-9]{4,18}")
_WITHOUT_NUMBER = re.compile(r"whatsapp:[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")


# WhatsApp still knows Mexican mobiles with the 1 that the numbering plan dropped.
_OLD_MEXICAN_MOBILE = re.compile(r"\+521[0-9]{10}")
# Countries that WhatsApp Business does not deliver to (Meta's policy; Twilio refuses with 63005).
UNROUTABLE = frozenset({"CU", "IR", "KP", "SY"})


def is_address(value: str) -> bool:
    """True for what Twilio may put into From; never refused by a numbering plan, which is often behind."""
    return bool(_NUMBER.fullmatch(value) or _WITHOUT_NUMBER.fullmatch(value)) and len(value) <= 140


def of_one_channel(one: str, other: str) -> tuple[str, str]:
    """Both ends of a message. Where one is WhatsApp's and the other a bare number in E.164, so is that one."""
    if one.startswith("whatsapp:") and _NUMBER.fullmatch(f"whatsapp:{other}"):
        return one, f"whatsapp:{other}"
    if other.startswith("whatsapp:") and _NUMBER.fullmatch(f"whatsapp:{one}"):
        return f"whatsapp:{one}", other
    return one, other


def phone_of(address: str) -> str:
    """The number in E.164, or '' for an address without one."""
    return address.removeprefix("whatsapp:") if _NUMBER.fullmatch(address) else ""


@lru_cache(maxsize=64)
def _parsed(number: str) -> phonenumbers.PhoneNumber:
    """The number, which nobody may change: a line of a file asks for its address and for its country."""
    return phonenumbers.parse(number)


@lru_cache(maxsize=10_000)
def country_of(address: str) -> str:
    """The country's two letters, '' when the number doesn't tell."""
    if not _NUMBER.fullmatch(address):
        return address.removeprefix("whatsapp:")[:2] if _WITHOUT_NUMBER.fullmatch(address) else ""
    try:
        return phonenumbers.region_code_for_number(_parsed(phone_of(address))) or ""
    except phonenumbers.NumberParseException:
        return ""


def recipient(typed: str) -> str | None:
    """The address for what a person typed (`whatsapp:` may be left out), or None when it can't be one.

    Numbers must be possible by their country's plan; ids without a number are taken as they are.
    """
    value = typed.strip()
    address = value if value.startswith("whatsapp:") else f"whatsapp:{value}"
    if _WITHOUT_NUMBER.fullmatch(address):
        return address if is_address(address) else None
    try:
        number = _parsed(value.removeprefix("whatsapp:"))
    except phonenumbers.NumberParseException:
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    possible = phonenumbers.is_possible_number(number) or _OLD_MEXICAN_MOBILE.fullmatch(e164)
    if not possible or phonenumbers.region_code_for_country_code(number.country_code or 0) in ("ZZ", "001"):
        return None
    return f"whatsapp:{e164}"
