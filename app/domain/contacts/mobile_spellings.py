"""The two spellings of one mobile in Brazil, Mexico and Argentina: WhatsApp's and the numbering plan's.

Landlines have one spelling (docs/twilio.md#addresses).
"""

from __future__ import annotations

import re

# Brazil put a 9 before its mobiles, which began with 6 to 9; landlines begin with 2 to 5.
_BRAZIL = re.compile(r"\+55([1-9][1-9])9?([6-9][0-9]{7})")
# Mexico dropped the 1 before mobiles, WhatsApp kept it.
_MEXICO = re.compile(r"\+521?([1-9][0-9]{9})")
# Argentina's mobiles have a 9 when they are called from abroad. Without it a landline looks the same.
_ARGENTINA = re.compile(r"\+549([1-9][0-9]{9})")


def spellings(address: str) -> tuple[str, ...]:
    """All spellings of the mobile at `address`, the plan's own first; only the address itself for everything else."""
    number = address.removeprefix("whatsapp:")
    if found := _BRAZIL.fullmatch(number):
        return _addresses(f"+55{found[1]}9{found[2]}", f"+55{found[1]}{found[2]}")
    if found := _MEXICO.fullmatch(number):
        return _addresses(f"+52{found[1]}", f"+521{found[1]}")
    if found := _ARGENTINA.fullmatch(number):
        return _addresses(f"+549{found[1]}", f"+54{found[1]}")
    return (address,)


def _addresses(*numbers: str) -> tuple[str, ...]:
    return tuple(f"whatsapp:{number}" for number in numbers)
