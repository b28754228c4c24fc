"""A text with nothing left of it but its words, so that the same word is found in every dress."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from app.domain.visible_text import has_text

# Accents of Latin letters, Arabic vowel signs and hamzas, Arabic's lengthening stroke, and the dot below Hindi letters.
# Other marks stay: Hindi's vowels are marks too.
_LEFT_OUT = frozenset(
    chr(number)
    for first, last in (
        (0x0300, 0x036F),
        (0x0610, 0x061A),
        (0x0640, 0x0640),
        (0x064B, 0x065F),
        (0x0670, 0x0670),
        (0x06D6, 0x06DC),
        (0x06DF, 0x06E8),
        (0x06EA, 0x06ED),
        (0x093C, 0x093C),
    )
    for number in range(first, last + 1)
)
# Letters and signs that are written one for the other.
_SAME = str.maketrans("\u2018\u2019\u02bc`\u0901\u0629\u0649\u06cc\u06a9_", "''''\u0902\u0647\u064a\u064a\u0643 ")


def folded(text: str) -> str:
    """The text in small letters without accents, signs that can't be seen, and what stands around its words.

    Inside, hyphens and runs of spaces are one space; other signs stay.
    """
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    words = "".join(map(_left_of, apart.translate(_SAME)))
    first, last = 0, len(words)
    while first < last and _is_decoration(words[first]):
        first += 1
    while first < last and _is_decoration(words[last - 1]):
        last -= 1
    return " ".join(words[first:last].split())


@lru_cache(maxsize=4096)
def _left_of(char: str) -> str:
    """What is left of a sign: itself, a space of a hyphen, and nothing of what can't be seen."""
    if char in _LEFT_OUT or not (char.isspace() or has_text(char)):
        return ""
    return " " if unicodedata.category(char) == "Pd" else char


@lru_cache(maxsize=4096)
def _is_decoration(char: str) -> bool:
    """Punctuation, symbols with all pictures, spaces, and the frame of a key."""
    category = unicodedata.category(char)
    return category[0] in "PSZC" or category == "Me" or char.isspace()
