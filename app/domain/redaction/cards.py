"""Card numbers in a text: 13 to 19 digits of any script, with blanks or dashes between, whose check digit is right."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

_BETWEEN = r"[\s\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2212\ufeff-]{1,3}"
_RUN = re.compile(rf"(?<!\d)\d+(?:{_BETWEEN}\d+)*")
_DIGITS = re.compile(r"\d+")
SHORTEST, LONGEST = 13, 19


def redacted(text: str) -> str:
    """The text with the last four digits of each card number alone: [•••• 1111]."""
    for start, end in reversed([*_spans(text)]):
        last = "".join(_DIGITS.findall(text[start:end]))[-4:]
        text = f"{text[:start]}[•••• {last}]{text[end:]}"
    return text


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for run in _RUN.finditer(text):
        groups = [(found.start(), found.end()) for found in _DIGITS.finditer(text, run.start(), run.end())]
        if run.end() - run.start() >= SHORTEST:
            # What follows a plus is a telephone number.
            first = 1 if text[run.start() - 1 : run.start()] in ("+", "\uff0b") else 0
            yield from _cards(text, groups[first:])


def _cards(text: str, groups: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches of whole groups that are card numbers; those that overlap are one."""
    begin, end = 0, 0
    for index, (start, _) in enumerate(groups):
        digits = ""
        for following in groups[index:]:
            digits += text[slice(*following)]
            if len(digits) > LONGEST:
                break
            if len(digits) >= SHORTEST and _is_card(digits):
                if start >= end:
                    if end:
                        yield begin, end
                    begin = start
                end = max(end, following[1])
    if end:
        yield begin, end


def _is_card(digits: str) -> bool:
    """The check of ISO/IEC 7812; a row of one digit is nobody's card."""
    values = [unicodedata.digit(digit) for digit in digits]
    doubled = [value if index % 2 == 0 else sum(divmod(2 * value, 10)) for index, value in enumerate(reversed(values))]
    return len(set(values)) > 1 and sum(doubled) % 10 == 0
