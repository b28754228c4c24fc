"""Contact cards are read as phones write them."""

from __future__ import annotations

import pytest

from app.domain.media.contact_cards import Card, CardNumber, cards_of

WHATSAPP = b"""BEGIN:VCARD\r
VERSION:3.0\r
N:Souza;Ana;Maria;Dr.;\r
FN:Ana Souza\r
ORG:Padaria;Centro\r
item1.TEL;type=CELL;waid=5531987650001:+55 31 98765\r
 -0001\r
item1.X-ABLabel:Celular\r
TEL;TYPE=WORK:0800 123\r
EMAIL;TYPE=INTERNET:ana@padaria.example\r
PHOTO;BASE64:/9j/4AAQ\r
END:VCARD\r
BEGIN:VCARD\r
VERSION:2.1\r
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg;;;\r
TEL;CELL:+49 (151) 123-456\r
END:VCARD\r
"""


def test_names_and_numbers_are_read_and_the_number_to_write_to() -> None:
    ana, joerg = cards_of(WHATSAPP)
    numbers = [CardNumber("+55 31 98765-0001", "+5531987650001"), CardNumber("0800 123")]
    assert ana == Card("Ana Souza", "Padaria Centro", numbers, ["ana@padaria.example"])
    assert joerg == Card("Jörg Müller", "", [CardNumber("+49 (151) 123-456", "+49151123456")])


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (b"", 0),
        (b"BEGIN:VCARD", 1),
        (b"BEGIN:VCARD\nFN:\\, \\; \\n\nEND:VCARD", 1),
        (b"BEGIN:VCARD\nTEL:\nFN:x\0y\n" * 500, 20),
        (b"BEGIN:VCARD\n" + b"TEL:1\n" * 5000, 1),
        (b"\xff\xfe" * 300, 0),
    ],
)
def test_an_odd_card_is_bounded_and_never_raises(content: bytes, count: int) -> None:
    cards = cards_of(content)
    assert len(cards) == count
    assert all(len(card.numbers) <= 10 and "\0" not in card.name for card in cards)
