"""How far a console has read, as an opaque text. Nonsense is nobody's cursor, never an error."""

from __future__ import annotations

import re

from app.store.feed.positions import Position

# More running transactions than this make a cursor too long for an address.
MOST_RUNNING = 100
_NUMBER = "[0-9a-z]{1,13}"
_SHAPE = re.compile(rf"({_NUMBER})-({_NUMBER})((?:\.{_NUMBER}){{0,{MOST_RUNNING}}})")
_LARGEST = 2**63


def written(position: Position) -> str:
    """The cursor's text. With too many transactions to name it stands before them: some comes twice, all comes."""
    if len(position.running) > MOST_RUNNING:
        position = Position(min(position.running) - 1, _LARGEST - 1)
    # Their distance is shorter than their number.
    running = "".join(f".{_base36(position.transaction - number)}" for number in position.running)
    return f"{_base36(position.transaction)}-{_base36(position.event_id)}{running}"


def read(text: str) -> Position | None:
    """The position, or None for what was never a cursor."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        return None
    transaction, event_id = int(match[1], 36), int(match[2], 36)
    running = tuple(transaction - int(distance, 36) for distance in match[3].split(".")[1:])
    if max(transaction, event_id) >= _LARGEST or min(running, default=0) < 0:
        return None
    return Position(transaction, event_id, running)


def _base36(number: int) -> str:
    digits = ""
    while True:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
        if not number:
            return digits
