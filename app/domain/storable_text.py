"""Text that both databases can keep: PostgreSQL refuses NUL, and neither encodes a lone surrogate."""

from __future__ import annotations

import re

_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
# Controls but for those that are spaces, and what nobody sees: two names must not look the same, nor one turn the next
# one's letters round. Joiners stay, which some scripts spell with.
_UNSEEN = re.compile("[\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


def storable(text: str) -> str:
    """The text with what can't be kept shown as the replacement sign."""
    return _NOT_STORABLE.sub("\ufffd", text)


def one_line(text: str) -> str:
    """The text as a name is kept: storable, without signs that nobody sees, with single spaces between its words."""
    return " ".join(_UNSEEN.sub("", storable(text)).split())
