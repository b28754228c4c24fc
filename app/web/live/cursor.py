"""How far a console has read, as an opaque text. Nonsense is nobody's cursor, never an error."""

from __future__ import annotations

import re

from app.store.feed.positions import Position

_SHAPE = re.compile(r"([0-9a-z]{1,13})-([0-9a-z]{1,13})")
_LARGEST = 2**63


def written(position: Position) -> str:
    """The cursor's text."""
    return f"{_base36(position.transaction)}-{_base36(position.event_id)}"


def read(text: str) -> Position | None:
    """The position, or None for what was never a cursor."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    transaction, event_id = int(match[1], 36), int(match[2], 36)
    return Position(transaction, event_id) if max(transaction, event_id) < _LARGEST else None


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
        if not number:
            return digits
