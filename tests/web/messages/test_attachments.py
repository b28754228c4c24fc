"""How a customer's file is shown: with what its content told when it came."""

from __future__ import annotations

import re

import pytest

from app.store.media import inbound as inbound_media
from app.store.tables import InboundMedia
from tests.support.cast import ACCOUNT, ago, hear, only, rows
from tests.support.office import Office

CARD = {
    "name": "Ana <b>Souza</b>",
    "organisation": "Padaria",
    "numbers": [{"shown": "+55 31 98765-0001", "whatsapp": "+5531987650001"}, {"shown": "0800 1", "whatsapp": ""}],
    "mails": ["ana@padaria.example"],
}


def shown(office: Office, said: str, agent: str = "kim", body: str = "", **values: object) -> str:
    """The words and elements of the bubble of a message with such a file."""
    message = hear(office.database, body, NumMedia="1", MediaContentType0=said, MediaUrl0="https://x.example")
    row = only(office.database, InboundMedia, message_id=message.id)
    known = {"state": "fetched", "key": "in/1", "size": 9, "stored_type": said, "fetched_at": ago(), **values}
    office.database.write(lambda session: inbound_media.update(session, ACCOUNT, row.id or 0, **known))
    return office.browser(agent).get(f"/messages/{message.id}/bubble").text


def test_a_contact_card_has_names_and_numbers_to_write_to(office: Office) -> None:
    html = shown(office, "text/x-vcard", details={"cards": [CARD]})
    assert "Ana &lt;b&gt;Souza&lt;/b&gt;" in html
    assert "Padaria" in html
    assert "ana@padaria.example" in html
    assert re.findall(r'name="to" value="([^"]*)"', html) == ["+5531987650001"]
    assert 'name="to"' not in shown(office, "text/x-vcard", "otto", details={"cards": [CARD]})


@pytest.mark.parametrize(
    ("said", "codec", "plays", "words"),
    [
        ("video/mp4", "h264", True, ""),
        ("video/mp4", "hevc", True, "This film is HEVC"),
        ("video/quicktime", "hevc", True, "This film is HEVC"),
        ("video/3gpp", "h263", False, "old format (H.263)"),
        ("audio/ogg", "opus", True, ""),
        ("audio/3gpp", "amr", False, "This recording is AMR"),
        ("audio/amr", "", False, "This recording is AMR"),
    ],
)
def test_what_a_browser_cannot_play_says_so_by_its_codec(
    office: Office, said: str, codec: str, plays: bool, words: str
) -> None:
    html = shown(office, said, details={"codec": codec})
    assert ("<video" in html or "<audio" in html) is plays
    assert words in html
    assert "HEVC" not in html or codec == "hevc"
    assert "Download" in html


def test_a_document_has_its_size_and_pages(office: Office) -> None:
    html = shown(office, "application/pdf", body="invoice.pdf", details={"pages": 12})
    assert "9 B, 12 pages" in html


def test_a_picture_of_too_many_pixels_is_handed_over_and_not_shown(office: Office) -> None:
    html = shown(office, "image/png", details={"width": 40_000, "height": 30_000})
    assert "<img" not in html
    assert "Download" in html


def test_a_file_that_could_not_be_had_can_be_tried_again(office: Office) -> None:
    html = shown(office, "image/png", state="failed", reason="http_401")
    assert "Twilio refused our credentials" in html
    row = only(office.database, InboundMedia)
    assert f'action="/messages/{row.message_id}/fetch-again"' in html
    answer = office.browser("kim").post(f"/messages/{row.message_id}/fetch-again")
    assert answer.headers["Location"].endswith(f"#m-{row.message_id}")
    assert "Fetching from Twilio" in office.browser("kim").get(f"/messages/{row.message_id}/bubble").text
    assert only(office.database, InboundMedia).state == "wanted"
    assert "fetch-again" not in shown(office, "image/png", "otto", state="failed", reason="http_401")
    assert office.browser("otto").post(f"/messages/{row.message_id}/fetch-again").status_code == 403
    assert office.browser("kim").post("/messages/999/fetch-again").status_code == 404


def test_the_timeline_tells_each_try(office: Office) -> None:
    shown(office, "image/png")
    (row,) = rows(office.database, InboundMedia)
    for reason in ("not_there_yet", "http_503", ""):
        office.database.write(
            lambda session, why=reason: inbound_media.add_try(session, ACCOUNT, row.id or 0, ago(), 40, why)  # type: ignore[misc]
        )
    html = office.browser("kim").get(f"/messages/{row.message_id}/timeline").text
    said = ["Twilio did not have the file yet (404)", "Could not fetch the file", "Fetched the file from Twilio"]
    assert sorted(said, key=html.index) == said
    assert "try 3, 40 ms" in html
