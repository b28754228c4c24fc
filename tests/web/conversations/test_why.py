"""What may be sent to a person, rule by rule, and the composer's words when nothing may."""

from __future__ import annotations

import re

import pytest

from app.web.words import gate as words
from tests.support.cast import AVA, SENDER, ago, conversation_with, hear, opt_in
from tests.support.office import Browser, Office
from tests.support.rewriting import rewrite

BERLIN, TEHRAN = "whatsapp:+4930123456", "whatsapp:+989121234567"


def states(page: str) -> list[str]:
    """Whether each kind may be sent: text, then a template of each purpose."""
    return re.findall(r"</svg>(Yes|No)</span>", page)


def why(browser: Browser, office: Office, customer: str) -> str:
    return browser.get(f"/conversations/{conversation_with(office.database, customer).id}/why").text


def test_it_shows_every_rule_and_what_may_be_sent(office: Office) -> None:
    number = opt_in(office.database, BERLIN, "service", sender=SENDER)
    page = why(office.browser("otto"), office, BERLIN)
    for name in words.RULE_NAMES:
        assert str(words.RULE_NAMES[name]) in page.replace("&#39;", "'")
    assert states(page) == ["No", "Yes", "No", "Yes"]
    assert f"Record {number}" in page
    assert "The rules of DE hold" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [({}, "has opted out"), ({"OptOutType": "STOP"}, "stopped our messages at Twilio")],
)
def test_an_opt_out_stands_against_everything(office: Office, fields: dict[str, str], sentence: str) -> None:
    hear(office.database, "STOP", ago(days=2), **fields)
    kim = office.browser("kim")
    page = why(kim, office, AVA)
    assert states(page) == ["No"] * 4
    assert sentence in page
    there = f"/conversations/{conversation_with(office.database).id}"
    composer = kim.get(there).text
    assert 'data-composer="suppressed"' in composer
    assert f'href="{there}/why"' in composer


def test_the_composer_offers_no_template_where_none_may_go(office: Office) -> None:
    hear(office.database, "Hi", From=TEHRAN)
    there = conversation_with(office.database, TEHRAN)
    page = office.browser("kim").get(f"/conversations/{there.id}").text
    assert 'data-composer="refused"' in page
    assert "does not deliver to this contact" in page


def test_whoever_never_wrote_nor_agreed_gets_no_template_offered(office: Office) -> None:
    number = opt_in(office.database, BERLIN, "service", sender=SENDER, valid_until=ago(hours=1))
    assert number
    there = conversation_with(office.database, BERLIN)
    kim = office.browser("kim")
    page = kim.get(f"/conversations/{there.id}").text
    assert 'data-composer="closed"' in page
    assert "opt-in is too old" in page.replace("&#39;", "'")
    assert 'id="send-template"' not in page
    assert "opt-in is too old" in kim.get(f"/conversations/{there.id}/template").text
    rewrite(office.database, there, last_inbound_at=ago(days=3))
    assert 'id="send-template"' in kim.get(f"/conversations/{there.id}").text


def test_another_accounts_conversation_is_not_there(office: Office) -> None:
    assert office.browser("kim").get("/conversations/999/why").status_code == 404
