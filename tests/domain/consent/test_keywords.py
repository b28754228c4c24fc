"""The words by which people opt out and in."""

from __future__ import annotations

import itertools

import pytest

from app.domain.consent.keywords import OPT_IN, OPT_OUT, action_of, keyword

WORDS = sorted(OPT_OUT | OPT_IN)
DRESSES = ("{}", "  {} ", "{}.", "{}!!!", "{} . ", "\n{}\n", "{}…", "{}?!", "\u00a0{}\u3000", "{}。", '{}"')


def test_the_words_are_the_issues() -> None:
    assert {"STOP", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"} == OPT_OUT
    assert {"START", "UNSTOP", "SUBSCRIBE"} == OPT_IN


def test_every_word_counts_in_any_case_with_spaces_and_final_punctuation() -> None:
    cases = (str.upper, str.lower, str.title, str.swapcase)
    for word, case, dress in itertools.product(WORDS, cases, DRESSES):
        assert keyword(dress.format(case(word))) == word, dress


@pytest.mark.parametrize(
    "text",
    [
        "", " ", ".", "stop by tomorrow", "please stop by tomorrow", "stop it", "stopp", "st op", "don't stop",
        "STOP START", "unstoppable", "the end", "S T O P", "🛑", "1", "stop\u0000", "STOP\nthanks", "s" * 100_000,
    ],
)  # fmt: skip
def test_anything_else_is_a_message(text: str) -> None:
    assert keyword(text) == ""


def test_full_width_letters_are_letters() -> None:
    assert keyword("\uff33\uff34\uff2f\uff30") == "STOP"


def test_each_word_asks_for_one_thing() -> None:
    assert {action_of(word) for word in OPT_OUT} == {"opt_out"}
    assert {action_of(word) for word in OPT_IN} == {"opt_in"}
    assert action_of("HELP") is None
