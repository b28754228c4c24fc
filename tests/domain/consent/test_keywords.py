"""The words by which people opt out and in and ask for help."""

from __future__ import annotations

import itertools

import pytest

from app.domain.consent import keywords
from app.domain.consent.folding import folded
from app.domain.consent.keywords import ACTIONS, heard, words

SPOKEN = [
    (language.code, action, word) for language in words() for action in ACTIONS for word in language.words[action]
]
DRESSES = (
    "{}", "  {} ", "{}.", "{}!!!", "{} . ", "\n{}\n", "{}…", "{}?!", "\u00a0{}\u3000", "{}。", '"{}"', "“{}”", "«{}»",
    "*{}*", "_{}_", "~{}~", "`{}`", "{} 🛑", "🛑🛑 {}", "{} 👎🏽", "{} 🏴\U000e0067\U000e007f", "{} ✋\ufe0f", "({})",
    "¡{}!", "\u200f{}\u200f", "\u2067{}\u2069", "{}\u0000", "{}؟", "{}।", "- {} -",
)  # fmt: skip


def action_of(text: str) -> str:
    found = heard(text)
    return found.action if found else ""


def test_english_has_twilios_words_and_the_fccs() -> None:
    english = words()[0]
    assert english.code == keywords.ENGLISH
    assert {
        "STOP", "UNSUBSCRIBE", "END", "QUIT", "STOPALL", "REVOKE", "OPTOUT", "OPT OUT", "CANCEL",
    } <= set(english.words["opt_out"])  # fmt: skip
    assert {"START", "UNSTOP"} <= set(english.words["opt_in"])
    assert set(english.words["help"]) == {"HELP", "INFO"}


def test_every_language_has_words_for_everything_and_answers_that_name_a_word_of_its_own() -> None:
    assert [language.code for language in words()] == ["en", "es", "pt", "de", "fr", "it", "ar", "hi"]
    for language in words():
        assert all(language.words[action] for action in ACTIONS), language.code
        for answer, told in ((language.opt_out_answer, ["opt_in"]), (language.help_answer, ["opt_out", "opt_in"])):
            assert answer.count("{name}") == 1
            for action in told:
                said = (*language.words[action], *words()[0].words[action])  # type: ignore[index]
                assert any(word in answer for word in said), (language.code, action)


@pytest.mark.parametrize(("code", "action", "word"), SPOKEN)
def test_every_word_counts_in_any_case_and_dress(code: str, action: str, word: str) -> None:
    cases = (str.upper, str.lower, str.title, str.swapcase)
    for case, dress in itertools.product(cases, DRESSES):
        found = heard(dress.format(case(word)))
        assert found is not None, dress
        assert found.action == action, dress
        assert code in {language.code for language in found.languages}, dress


@pytest.mark.parametrize("sign", ["\u200b", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u034f", "\u2066", "\ufe0f"])
def test_signs_that_cannot_be_seen_hide_nothing(sign: str) -> None:
    for _, action, word in SPOKEN:
        assert action_of(sign.join(word)) == action, word
        assert action_of(sign + word + sign * 300) == action, word


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("\uff33\uff34\uff2f\uff30", "opt_out"),  # full-width letters
        ("𝐒𝐓𝐎𝐏", "opt_out"),
        ("Ⓢⓣⓞⓟ", "opt_out"),
        ("opt-out", "opt_out"),
        ("Opt\u2013Out!", "opt_out"),
        ("OPT   OUT", "opt_out"),
        ("opt_out", "opt_out"),
        ("ARRET", "opt_out"),
        ("arrêt", "opt_out"),
        ("arre\u0302t", "opt_out"),
        ("S’ABONNER", "opt_in"),
        ("ايقاف", "opt_out"),  # without its hamza
        ("إيقــــاف", "opt_out"),  # lengthened
        ("إِيقَافٌ", "opt_out"),  # with vowel signs
        ("الغاء الاشتراك", "opt_out"),
        ("مساعده", "help"),
        ("हां", "confirm"),
    ],
)
def test_other_spellings_are_the_same_word(text: str, action: str) -> None:
    assert action_of(text) == action


@pytest.mark.parametrize(
    "text",
    [
        "", " ", ".", "stop by tomorrow", "please stop", "stop please", "stop it", "st op", "don't stop", "STOP START",
        "STOP STOP", "unstoppable", "the end", "S T O P", "S.T.O.P", "🛑", "1", "STOP 1", "STOP\nthanks", "s" * 100_000,
        "STOP" + "!" * 10 + "x", "बद", "रोक", "لا إيقاف", "je veux un arrêt", "no parar", "\u200b", "stop\ufffds",
    ],
)  # fmt: skip
def test_anything_else_is_a_message(text: str) -> None:
    assert heard(text) is None


def test_no_word_asks_for_two_things() -> None:
    asked: dict[str, set[str]] = {}
    for _, action, word in SPOKEN:
        asked.setdefault(folded(word), set()).add(action)
    assert {word: actions for word, actions in asked.items() if len(actions) > 1} == {}


def test_a_word_of_two_languages_is_in_the_one_that_is_spoken_there() -> None:
    shared = heard("Cancelar")
    assert shared is not None
    assert [shared.language(country).code for country in ("BR", "MX", "PT", "JP", "")] == ["pt", "es", "pt", "es", "es"]
