"""Forms as Twilio posts them, decoded: fields and shapes as documented or captured, values made up.

ListId, ListTitle, and MessageType's words besides text, image, location and interactive are from other products.
"""

from __future__ import annotations

import json
from pathlib import Path

Form = dict[str, str]

_FOLDER = Path(__file__).parent


def inbound_forms() -> dict[str, Form]:
    """Inbound messages by what they are."""
    return _read("inbound.json")


def status_forms() -> dict[str, Form]:
    """Status callbacks by what they tell."""
    return _read("status.json")


def _read(name: str) -> dict[str, Form]:
    forms: dict[str, Form] = json.loads((_FOLDER / name).read_text(encoding="utf-8"))
    return forms


def error_codes() -> list[str]:
    """The error codes of Twilio's that may be told of a message."""
    return (_FOLDER / "error_codes.txt").read_text().split()
