"""Where a link in a message ends, in any script."""

from __future__ import annotations

import re

import pytest

from app.web.words.links import linked

SENTENCES = [
    "https://example.com/foo。次の文。",
    "https://example.com/foo、次",
    "https://example.com/foo！",
    "https://example.com/foo？はい",
    "「https://example.com/foo」と",
    "（https://example.com/foo）",
    "【https://example.com/foo】",
    "见https://example.com/foo，谢谢",
    "https://example.com/foo；然后",
    "https://example.com/foo：",
    "https://example.com/foo｡ﾂｷﾞ",
    "راجع https://example.com/foo؟ شكرا",
    "https://example.com/foo، ثم",
    "https://example.com/foo۔",
    "देखें https://example.com/foo। धन्यवाद",
    "https://example.com/foo॥",
    "https://example.com/foo։",
    "https://example.com/foo።",
    "https://example.com/foo។",
    "https://example.com/foo၊",
    "https://example.com/foo།",
    "¿https://example.com/foo?",
    "«https://example.com/foo»",
    "„https://example.com/foo“",
    "https://example.com/foo…",
    "https://example.com/foo — yes",
    "https://example.com/foo.",
    "(https://example.com/foo)",
    "https://example.com/foo\u3000次",
    "https://example.com/foo\u200b",
    "https://example.com/foo\u2060次",
    "https://example.com/foo\ufeff",
]
WHOLE = [
    "https://ca.wikipedia.org/wiki/Col·lecció",
    "https://fr.wikipedia.org/wiki/L’Équipe_(journal)",
    "https://en.wikipedia.org/wiki/Michelson–Morley_experiment",
    "https://ja.wikipedia.org/wiki/日本語",
    "https://ar.wikipedia.org/wiki/العربية",
    "https://hi.wikipedia.org/wiki/हिन्दी",
    "https://example.com/a-",
    "https://example.com/?a=b&c=%E3%80%82",
    "https://example.com/#x/",
]


def links(text: str) -> list[str]:
    return re.findall(r'<a href="([^"]*)"', linked(text))


@pytest.mark.parametrize("text", SENTENCES)
def test_a_link_ends_before_what_ends_the_sentence(text: str) -> None:
    assert links(text) == ["https://example.com/foo"]
    assert re.sub("<[^>]*>", "", linked(text)) == text


@pytest.mark.parametrize("address", WHOLE)
def test_signs_inside_of_an_address_stay_in_it(address: str) -> None:
    (found,) = links(f"{address} ")
    assert found.replace("&amp;", "&") == address


def test_two_addresses_in_one_sentence_without_spaces_are_two_links() -> None:
    assert links("https://a.example/1、https://b.example/2。") == ["https://a.example/1", "https://b.example/2"]
