"""Web addresses in what people write become links; everything else stays text."""

from __future__ import annotations

import re

from markupsafe import Markup, escape

from app.urls import split

_ADDRESS = re.compile(r"https?://[^\s<>\"'`{}|\\^\x00-\x1f\u200e\u200f\u202a-\u202e\u2066-\u2069]+", re.IGNORECASE)
_ENDINGS = ".,;:!?…»”’)]*_~"
# A customer's page learns nothing of the console, and can't reach back into it.
_LINK = Markup('<a href="{}" rel="noopener noreferrer nofollow" target="_blank">{}</a>')


def linked(text: str) -> Markup:
    """The text, escaped, with each http or https address in it as a link that opens in a tab of its own."""
    pieces, end = [], 0
    for found in _ADDRESS.finditer(text):
        address = _without_ending(found[0])
        if not is_web_address(address):
            continue
        pieces += [escape(text[end : found.start()]), _LINK.format(address, address)]
        end = found.start() + len(address)
    return Markup("").join([*pieces, escape(text[end:])])


def is_web_address(address: str) -> bool:
    """True for http and https addresses that have a host and no odd signs; nothing else may become a link."""
    if not address.isprintable() or any(sign in address for sign in ' "<>\\'):
        return False
    parts = split(address)
    return parts is not None and parts.scheme in ("http", "https") and bool(parts.hostname)


def _without_ending(address: str) -> str:
    """What ends a sentence is not part of the address, unless it closes a bracket inside it."""
    while address and address[-1] in _ENDINGS:
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address
