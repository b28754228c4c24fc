"""Words are found however they are written, and both databases find the same."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
import sqlalchemy as sa

from app.store import spellings
from app.store.database import Database

FOUND = [
    ("joao", "João Ícaro"),
    ("icaro", "João Ícaro"),
    ("JOÃO", "joao"),
    ("icaro", "I\u0301caro, taken apart"),
    ("Zoë", "zoe"),
    ("strasse", "Hauptstraße 5"),
    ("straße", "HAUPTSTRASSE"),
    ("soren", "Søren"),
    ("Søren", "SOREN"),
    ("lodz", "Łódź"),
    ("aeon", "Æon"),
    ("istanbul", "İSTANBUL"),
    ("ISTANBUL", "ıstanbul"),
    ("олена", "ОЛЕНА"),
    ("ёлка", "елка"),
    ("Йога", "йога"),
    ("σοφιας", "ΣΟΦΊΑΣ"),
    ("محمد", "مُحَمَّد"),
    ("שלום", "שָׁלוֹם"),
    ("đuc", "Đức"),
    ("nguyen", "Nguyễn"),
    ("がくせい", "わたしは がくせい です"),
    ("가나", "가나다"),
    ("हिन्दी", "हिन्दी में"),
    ("ab12", "ＡＢ１２"),
    ("anna maria", "Anna\u00a0 Maria"),
    ("anna", "An\u00adn\u200ba"),
    ("\u2068anna\u2069", "Anna"),
    ("100%", "Is 100% cotton fine?"),
    ("50_50", "50_50"),
    ("a.b*c", "a.b*c"),
    ("c:\\x", "C:\\x"),
    ("(a)[b]{c}^$|?+", "(A)[B]{C}^$|?+"),
    ("-]", "[-]"),
    ("🚲", "new 🚲!"),
    ("「はい」", "「はい」"),
    ("'; DROP", "'; drop table"),
]
NOT_FOUND = [
    ("か", "が"),
    ("कि", "का"),
    ("a.b", "axb"),
    ("1%", "10%"),
    ("1__%", "100%"),
    ("\\", "/"),
    ("\u0301", "á"),
    ("\u00b4", "a b"),
    ("joao", "jooa"),
    (".*", "anything"),
]


def found(database: Database, pairs: Sequence[tuple[str, str]]) -> list[bool]:
    """Whether the database finds each query in its text."""
    asked = [sa.select(sa.case((spellings.has(sa.literal(text, sa.Text), words), 1), else_=0)) for words, text in pairs]
    return [bool(database.read(lambda session, one=one: session.connection().execute(one).scalar())) for one in asked]  # type: ignore[misc]


def test_words_are_found_however_they_are_written(database: Database) -> None:
    assert [pair for pair, hit in zip(FOUND, found(database, FOUND), strict=True) if not hit] == []


def test_signs_and_letters_mean_themselves(database: Database) -> None:
    assert [pair for pair, hit in zip(NOT_FOUND, found(database, NOT_FOUND), strict=True) if hit] == []


@pytest.mark.parametrize("words", ["joão " * 20, "ss" * 50, "%_\\" * 33, "я" * 100])
def test_the_longest_query_is_looked_for(database: Database, words: str) -> None:
    words = words[:100]
    assert found(database, [(words, f"x {words.upper()} x"), (words, words[:-2])]) == [True, False]


def test_every_pattern_is_one_for_python_too() -> None:
    for words, text in FOUND:
        assert re.search(spellings.pattern(words), text), words
