"""One-time codes in a text: 4 to 8 digits close to a phrase of `codes.tsv`. Other numbers stay."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path

TABLE = Path(__file__).with_name("codes.tsv")
MASK = "[••••••]"
_DASH_OR_BLANK = r"[\s\u2010-\u2015-]"
# No part of an amount, a date, a time, a telephone number, a longer number, or what is left of a card number.
_CODE = rf"(?<![\d+#€$£])(?<!• )(?<!\d[.,:/-])(\d{{4,8}}|\d{{3}}{_DASH_OR_BLANK}\d{{3}})(?!\d|[.,:/-]\d|\s?[€$£%])"
# Between a phrase and its code, whichever comes first: within a sentence.
_AFTER, _BEFORE = r"(?:[^\d.!?]|[.!?](?!\s)){0,40}?", r"(?:[^\d\n.!?]|[.!?](?!\s)){0,30}?"
_ACCENT = "[\u0300-\u036f]?"
# A short word means the code only as it is written in the table: "tan" may be anything.
_SHORT = 4


def redacted(text: str) -> str:
    """The text with its one-time codes made unreadable."""
    if not any(char.isdigit() for char in text):
        return text
    spans = {found.span(found.lastindex or 0) for pattern in _patterns() for found in pattern.finditer(text)}
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + MASK + text[end:]
    return text


@cache
def languages() -> dict[str, tuple[str, ...]]:
    """The phrases of each language."""
    with TABLE.open(encoding="utf-8", newline="") as table:
        rows = [*csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE)]
    return {row["language"]: tuple(phrase.strip() for phrase in row["phrases"].split("|")) for row in rows}


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    phrases = sorted({phrase for some in languages().values() for phrase in some}, key=len, reverse=True)
    either = "|".join(_spelled(phrase) for phrase in phrases)
    return (
        re.compile(rf"(?:{either}){_AFTER}{_CODE}"),
        re.compile(rf"{_CODE}(?={_BEFORE}(?:{either}))"),
    )


def _spelled(phrase: str) -> str:
    """A phrase with or without its accents, in small or large letters, with blanks or hyphens."""
    spelled = "".join(_letter(char) for char in phrase)
    if not phrase.isascii() and not _is_latin(phrase):
        return spelled
    whole = rf"(?<!\w){spelled}(?!\w)"
    return whole if len(phrase) <= _SHORT else f"(?i:{whole})"


def _letter(char: str) -> str:
    if char in " -":
        return f"{_DASH_OR_BLANK}+"
    if char == "'":
        return "['\u2019]"
    if not _is_latin(char):
        return re.escape(char)
    base = unicodedata.normalize("NFD", char)[0]
    return f"[{base}{char}]{_ACCENT}" if base != char else char


def _is_latin(text: str) -> bool:
    return next(_scripts(text), "LATIN") == "LATIN"


def _scripts(text: str) -> Iterator[str]:
    return (unicodedata.name(char, "").split()[0] for char in text if char.isalpha())
