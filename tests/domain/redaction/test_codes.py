"""One-time codes are found by the words around them, in every language, and other numbers stay."""

from __future__ import annotations

import pytest

from app.domain.consent import keywords
from app.domain.redaction import codes, forms

MASK = codes.MASK


@pytest.mark.parametrize("language", [language.code for language in keywords.words()])
def test_every_language_of_the_opt_out_words_has_its_phrases(language: str) -> None:
    for phrase in codes.languages()[language]:
        assert codes.redacted(f"{phrase}: 482913") == f"{phrase}: {MASK}", phrase
        assert codes.redacted(f"482 913, {phrase}") == f"{MASK}, {phrase}", phrase


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("Your VERIFICATION CODE is G-482913.", f"Your VERIFICATION CODE is G-{MASK}."),
        ("Use 4829 as your security code for Acme", f"Use {MASK} as your security code for Acme"),
        ("Tu codigo de verificacion es 482913", f"Tu codigo de verificacion es {MASK}"),
        ("one time password\n482-913", f"one time password\n{MASK}"),
        ("code d\u2019accès : 48291377", f"code d\u2019accès : {MASK}"),
    ],
)
def test_a_code_beside_its_words(said: str, kept: str) -> None:
    assert codes.redacted(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "Zip code 94110",
        "[•••• 1111] is no security code",
        "I never got a verification code. Order 20418",
        "Order 20418. Which verification code?",
        "Order 20418 is ready",
        "code postal 75001",
        "the tan 4829 shoes",
        "The access code costs 1200 €",
        "verification code by 2026-11-27",
        "Call +4917612345 for the login code",
        "I never got a verification code. I ordered it weeks and weeks ago, with number 20418",
    ],
)
def test_other_numbers_stay(said: str) -> None:
    assert codes.redacted(said) == said


def test_names_and_ids_stay_as_they_are() -> None:
    form = (
        ("From", "whatsapp:+4111111111111111"),
        ("WaId", "4111111111111111"),
        ("ReferralSourceId", "4111111111111111"),
        ("ChannelMetadata", '{"data": {"context": {"WaId": "4111111111111111", "ProfileName": "4111111111111111"}}}'),
    )
    forms.use({"cards", "codes"})
    try:
        redacted = dict(forms.pairs(form))
    finally:
        forms.use(())
    assert [redacted[name] for name, _ in form[:3]] == [value for _, value in form[:3]]
    assert redacted["ChannelMetadata"].count("4111111111111111") == 1
