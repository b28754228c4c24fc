"""Texts in which there is nothing to see, and texts in which there is."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from app.domain.visible_text import has_text, seen

NOTHING = [
    "",
    " \t\r\n\u00a0\u2003\u3000\u1680",
    "\u3164",
    "\u200b",
    "\u115f\u1160\uffa0",
    "\u2800",
    "\u200d\ufe0f",
    "\u202a\u202c\u2066\u2069\u200e\u200f\u061c",
    "\ufeff\u2060\u00ad\u034f\u180e",
    "\x07\x7f\x85",
    "\U000e0041\U000e007f",
    " \u3164 \u200b ",
]
SOMETHING = ["a", "0", ".", "🚲", "👩‍👩‍👧", "ء", "가", "⠁", "\u3164x", "\u0301", "\ue000", "\ufffd", "\u06dd", "𐏓"]


@pytest.mark.parametrize("text", NOTHING)
def test_there_is_nothing_to_see(text: str) -> None:
    assert not has_text(text)
    assert seen(text) == ""


@pytest.mark.parametrize("text", SOMETHING)
def test_there_is_something_to_see(text: str) -> None:
    assert has_text(text)
    assert seen(text) == text


def test_every_space_and_nearly_every_mark_of_format_is_nothing() -> None:
    signs = [chr(number) for number in range(sys.maxunicode + 1)]
    spaces = [sign for sign in signs if unicodedata.category(sign)[0] == "Z" or unicodedata.category(sign) == "Cc"]
    assert not any(map(has_text, spaces))
    shown = {unicodedata.name(sign) for sign in signs if unicodedata.category(sign) == "Cf" and has_text(sign)}
    # Those that Unicode draws: signs before or around numbers, and joiners of hieroglyphs and of shorthand.
    drawn = ("ARABIC", "SYRIAC", "KAITHI", "EGYPTIAN", "INTERLINEAR")
    assert [name for name in shown if not name.startswith(drawn)] == []
