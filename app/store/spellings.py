"""Words found in all ways to write them: `joao` finds João, `ICARO` finds Ícaro, and the other way round.

Both databases look for one regular expression that is made here: by itself each folds case and marks in another way, by
its locale, or not at all.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa

# Marks that people leave out (accents, points of Hebrew and Arabic) and signs that can't be seen. Marks that make
# another letter (vowels of Indic scripts, Thai and Kana) are not among them.
_LEFT_OUT = (
    "\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
)
_IGNORED = re.compile(f"[{_LEFT_OUT}]")
_SPACES = "[ \t\n\r\u00a0\u2007\u202f\u3000]+"
# Letters that Unicode does not take apart.
_PLAIN = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ĸ": "k", "ŋ": "n"}
    | {"æ": "ae", "œ": "oe", "þ": "th"}
)


def fold(text: str) -> str:
    """The text without what makes no difference when it is looked for."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    # Case folding may bring new marks, as it does for the Turkish İ.
    bare = _IGNORED.sub("", unicodedata.normalize("NFKD", plain))
    return unicodedata.normalize("NFC", bare.translate(_PLAIN))


def has(column: Any, words: str) -> Any:
    """The condition that the column holds these words, however they are written; marks alone are no words."""
    return column.regexp_match(sa.bindparam(None, words, type_=_Words())) if pattern(words) else sa.false()


def matches(words: str, text: str | None) -> bool:
    """What SQLite's REGEXP does here. It is asked for every row, so it is handed the words, which are short."""
    return text is not None and _compiled(words).search(text) is not None


class _Words(sa.TypeDecorator[str]):
    """Words to look for, as each database takes them."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return value if dialect.name == "sqlite" else pattern(value or "")


def pattern(words: str) -> str:
    """A regular expression of the syntax that Python and PostgreSQL have in common."""
    return "".join(_parts(" ".join(fold(words).split())))


@lru_cache(maxsize=100)
def _compiled(words: str) -> re.Pattern[str]:
    return re.compile(pattern(words))


def _parts(folded: str) -> Iterator[str]:
    place = 0
    while place < len(folded):
        pair, sign = folded[place : place + 2], folded[place]
        if together := _spellings().get(pair) if len(pair) == 2 else None:
            yield f"(?:{_one(pair[0])}{_one(pair[1])}|[{''.join(together)}][{_LEFT_OUT}]*)"
            place += 2
            continue
        yield _SPACES if sign == " " else _one(sign)
        place += 1


def _one(sign: str) -> str:
    if not sign.isalnum():
        return (f"\\{sign}" if sign.isascii() else sign) + f"[{_LEFT_OUT}]*"
    return f"[{sign}{''.join(_spellings().get(sign, ()))}][{_LEFT_OUT}]*"


@cache
def _spellings() -> dict[str, list[str]]:
    """The letters and digits that are written otherwise, by what they fold to."""
    found = defaultdict(list)
    for number in range(0x80, min(sys.maxunicode, 0xFFFF)):
        sign = chr(number)
        if sign.isalnum() and (folded := fold(sign)) != sign:
            found[folded].append(sign)
    for sign in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        found[sign.lower()].append(sign)
    return dict(found)
