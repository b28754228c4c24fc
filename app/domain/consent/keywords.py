"""The words by which people opt out and in and ask for help, in every language of `keywords.tsv`."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, get_args

from app.domain.consent.folding import folded

TABLE = Path(__file__).with_name("keywords.tsv")
ENGLISH = "en"

# `confirm` answers a question of ours (docs/twilio.md#opt-outs): by itself it does nothing.
Action = Literal["opt_out", "opt_in", "confirm", "help"]
ACTIONS: tuple[Action, ...] = get_args(Action)
_LONGEST = 60


@dataclass(frozen=True)
class Language:
    """The words of one language by what they ask for, and our answers; `countries` is where it is spoken.

    In an answer `{name}` is who writes.
    """

    code: str
    countries: frozenset[str]
    words: Mapping[Action, tuple[str, ...]]
    opt_out_answer: str
    help_answer: str


@dataclass(frozen=True)
class Keyword:
    """A keyword that was heard, as the table spells it, and the languages that have it for the same thing."""

    word: str
    action: Action
    languages: tuple[Language, ...]

    def language(self, country: str) -> Language:
        """The language that it was said in: among several the one spoken in `country`, else the first."""
        return next((language for language in self.languages if country in language.countries), self.languages[0])


@cache
def words() -> tuple[Language, ...]:
    """Every language with its words. All that asks for words asks here."""
    found: dict[str, dict[str, str]] = {}
    with TABLE.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
            found.setdefault(row["language"], {})[row["what"]] = row["words"]
    return tuple(
        Language(
            code=code,
            countries=frozenset(_listed(row["countries"])),
            words={action: _listed(row[action]) for action in ACTIONS},
            opt_out_answer=row["opt_out_answer"],
            help_answer=row["help_answer"],
        )
        for code, row in found.items()
    )


def heard(text: str) -> Keyword | None:
    """The keyword that is the whole text, decoration aside; None where it is anything else."""
    if sum(map(str.isalpha, text)) > _LONGEST:
        return None
    return _by_spelling().get(folded(text))


@cache
def _by_spelling() -> dict[str, Keyword]:
    """Every word as `folded` leaves it. Of two languages that mean different things by it the first one stands."""
    found: dict[str, Keyword] = {}
    for language in words():
        for action, spelled in language.words.items():
            for word in spelled:
                there = found.get(folded(word))
                if there is None:
                    found[folded(word)] = Keyword(word, action, (language,))
                elif there.action == action and language not in there.languages:
                    found[folded(word)] = Keyword(there.word, action, (*there.languages, language))
    return found


def _listed(words_in_a_row: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words_in_a_row.split("|") if word.strip())
