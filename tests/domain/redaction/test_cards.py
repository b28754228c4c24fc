"""Card numbers in every dress are found, and numbers that are none stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.redaction import cards

MASK = "[•••• 1111]"


@pytest.mark.parametrize(
    "said",
    [
        "4111111111111111",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111\u00a01111\u20111111\n1111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "\uff14\uff11\uff11\uff11 1111 1111 1111",
        "4111\u200b1111\u200b1111\u200b1111",
    ],
)
def test_a_card_number_in_any_dress(said: str) -> None:
    assert cards.redacted(f"My card: {said}, thanks") == f"My card: {MASK}, thanks"


@pytest.mark.parametrize("number", ["378282246310005", "6011111111111117", "4222222222222", "6304000000000000000"])
def test_every_length(number: str) -> None:
    assert cards.redacted(number) == f"[•••• {number[-4:]}]"


def test_what_stands_around_it_stays() -> None:
    assert cards.redacted("4111 1111 1111 1111 12/27 123") == f"{MASK} 12/27 123"
    assert cards.redacted("Nr7 4111 1111 1111 1111 and 5555555555554444") == "Nr7 [•••• 1111] and [•••• 4444]"
    assert cards.redacted("+4917612345678 4111111111111111") == f"+4917612345678 {MASK}"


@pytest.mark.parametrize(
    "said", ["4111 1111 1111 1112", "+49 170 1234567 8", "Order 20418", "0000 0000 0000 0000", "٣٤", "", "12" * 400]
)
def test_what_is_no_card_number_stays(said: str) -> None:
    assert cards.redacted(said) == said


@given(st.text(alphabet="0123456789 -+a•\n", max_size=60))
def test_once_is_enough(said: str) -> None:
    once = cards.redacted(said)
    assert cards.redacted(once) == once
