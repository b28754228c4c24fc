"""Web addresses in what people write become links; everything else stays text."""

from __future__ import annotations

import re
import unicodedata

from markupsafe import Markup, escape

from app.urls import split

# Signs that end a sentence or a part of it, and brackets, in scripts that put no space after them. No address has them.
_MARKS = (
    "\u0589\u060c\u061b\u061f\u06d4\u0964\u0965\u0f0d-\u0f11\u104a\u104b\u1362-\u1368\u17d4-\u17d6\u1802\u1803\u1808\u1809"
    "\u3001\u3002\u3008-\u3011\u3014-\u301b\ufe10-\ufe19\ufe50-\ufe57"
    "\uff01\uff08\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\uff3b\uff3d\uff5b\uff5d\uff5f-\uff64"
)
_INVISIBLE = "\x00-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
_ADDRESS = re.compile(rf"https?://[^\s<>\"'`{{}}|\\^{_INVISIBLE}{_MARKS}]+", re.IGNORECASE)
_ENDINGS = ".,;:!?)]*_~"
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
    """An address without the signs that end its sentence, unless it closes a bracket inside it."""
    while address and _is_ending(address[-1]):
        if address[-1] == ")" and address.count("(") >= address.count(")"):
            break
        address = address[:-1]
    return address


def _is_ending(sign: str) -> bool:
    """True for what can end a sentence in any script; of ASCII's signs some may end an address, as `/` does."""
    return sign in _ENDINGS if sign.isascii() else unicodedata.category(sign).startswith("P")
