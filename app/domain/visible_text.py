"""Whether there is anything to see in a text: some signs take no ink, and only some of them count as spaces."""

from __future__ import annotations

import re

# Spaces and controls, what Unicode lists as ignored when shown (Default_Ignorable_Code_Point: joiners, fillers of
# Hangul, selectors, marks of direction, tags), and the Braille pattern without dots.
_NOTHING_TO_SEE = re.compile(
    "[\\s\\x00-\\x1f\\x7f-\\x9f"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]*"
)


def has_text(text: str) -> bool:
    """True where a person would see something."""
    return _NOTHING_TO_SEE.fullmatch(text) is None


def seen(text: str) -> str:
    """The text as it is, '' where a person would see nothing."""
    return text if has_text(text) else ""
