"""What a template needs, and what the customer gets."""

from __future__ import annotations

import pytest

from app.domain.templates import rendering
from app.domain.templates.rendering import Button, MissingVariables, Rendered, render

CARD = {
    "twilio/text": {"body": "Only {{9}}"},
    "whatsapp/card": {
        "header_text": "Order {{1}}",
        "body": "Hi {{ 2 }}",
        "footer": "Halden Cycles",
        "media": ["https://files.example.com/{{ 3 }}.jpg"],
        "actions": [
            {"type": "URL", "title": "Track", "url": "https://example.com/{{name}}"},
            {"type": "QUICK_REPLY", "title": "Stop", "id": "stop_{{4}}"},
        ],
    },
}


def test_every_text_of_the_richest_type_is_looked_at_and_of_no_other() -> None:
    assert rendering.needed(CARD) == ("1", "2", "3", "4", "name")
    assert rendering.missing(CARD, {"1": "", "3": "c", "9": "x"}) == ("2", "4", "name")


def test_values_stand_where_their_names_stood() -> None:
    values = {"1": "A{{2}}", "2": "<b>Ava</b>", "3": "bike", "4": "1", "name": "q"}
    assert render(CARD, values) == Rendered(
        kind="whatsapp/card",
        header="Order A{{2}}",
        media=("https://files.example.com/bike.jpg",),
        body="Hi <b>Ava</b>",
        footer="Halden Cycles",
        buttons=(Button("URL", "Track", "https://example.com/q"), Button("QUICK_REPLY", "Stop")),
    )


def test_what_is_not_given_is_an_error_and_never_the_sample() -> None:
    with pytest.raises(MissingVariables) as raised:
        render(CARD, {"1": "A"})
    assert raised.value.names == ("2", "3", "4", "name")


def test_a_card_with_only_a_title_says_it_and_one_with_a_body_has_it_above() -> None:
    assert render({"twilio/card": {"title": "Sale", "subtitle": "Today"}}, {}).text == "Sale\nToday"
    above = render({"twilio/card": {"title": "Sale", "body": "Come in"}}, {})
    assert (above.header, above.body) == ("Sale", "Come in")


def test_a_login_code_says_what_whatsapp_makes_of_it() -> None:
    content = {"add_security_recommendation": True, "code_expiration_minutes": 5, "actions": []}
    code = render({"whatsapp/authentication": content}, {"1": "123456"})
    assert code.body == "123456 is your verification code. For your security, do not share this code."
    assert code.footer == "This code expires in 5 minutes."


def test_cards_of_a_carousel_are_filled_each() -> None:
    cards = [{"title": "A {{1}}", "body": "b", "media": "https://x.example/{{2}}.png", "actions": []}]
    shown = render({"twilio/carousel": {"body": "Look", "cards": cards}}, {"1": "x", "2": "y"})
    assert [(card.header, card.media) for card in shown.cards] == [("A x", ("https://x.example/y.png",))]


@pytest.mark.parametrize("odd", [{}, {"twilio/new": None}, {"twilio/text": []}, {"twilio/card": {"actions": [1]}}])
def test_what_nobody_knows_renders_as_nothing(odd: dict[str, object]) -> None:
    assert render(odd, {}).text == ""
