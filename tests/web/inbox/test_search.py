"""Searching the inbox."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from app.domain.conversations import changes as conversations
from app.web.words.times import iso
from tests.support.cast import AVA, NOOR, ago, ask, conversation_with, hear
from tests.support.office import Office
from tests.web.inbox.test_list import row, shown

OLENA = "whatsapp:+380505551234"
JOAO = "whatsapp:+351912345678"


@pytest.fixture
def searched(office: Office) -> Office:
    """Ava with 100 % in her message, Noor without a number, Олена with a Cyrillic name, João with marks in his."""
    hear(office.database, "Is 100% cotton fine, or 50_50?")
    hear(office.database, "Hello", From=NOOR, ProfileName="Noor K.")
    hear(office.database, "Дякую, відправимо", From=OLENA, ProfileName="Олена Коваленко")
    hear(office.database, "Até amanhã", From=JOAO, ProfileName="João Ícaro")
    return office


@pytest.mark.parametrize(
    ("query", "who"),
    [
        ("ava", AVA),
        ("COTTON", AVA),
        ("100%", AVA),
        ("0_5", AVA),
        ("+1 (415) 555-01 23", AVA),
        ("415 555", AVA),
        ("0415 555", AVA),
        ("13490801221918", NOOR),
        ("noor", NOOR),
        ("олена", OLENA),
        ("ДЯКУЮ", OLENA),
        ("joao", JOAO),
        ("icaro", JOAO),
        ("JOÃO  ÍCARO", JOAO),
        ("amanha", JOAO),
        ("ÁTÈ", JOAO),
    ],
)
def test_it_is_found(searched: Office, query: str, who: str) -> None:
    assert shown(searched.browser("kim"), f"/?q={quote(query)}") == [conversation_with(searched.database, who).id]


@pytest.mark.parametrize("query", ["10%c", "1__%", "whatsapp", "/", "zzz", "\\", "5%5", "\u0301", "´"])
def test_signs_mean_themselves_and_nothing_else(searched: Office, query: str) -> None:
    answer = searched.browser("kim").get(f"/?q={quote(query)}")
    assert "Nothing found" in answer.text


@pytest.mark.parametrize("query", ["\x00", "   ", "x" * 5000, "\ud83d\ude0a", "%FF"])
def test_odd_queries_are_answered(searched: Office, query: str) -> None:
    asked = quote(query, errors="surrogatepass") if query != "%FF" else query
    assert searched.browser("kim").get(f"/?q={asked}").status_code == 200


def test_what_we_wrote_is_found_and_closed_conversations_too(searched: Office) -> None:
    ask(searched.database, "The parcel left today.")
    ava, kim = conversation_with(searched.database).id or 0, searched.actor("kim")
    searched.database.write(lambda session: conversations.set_state(session, kim, ava, "closed"))
    assert shown(searched.browser("kim"), "/?q=parcel") == [ava]


def test_the_query_is_shown_as_text(searched: Office) -> None:
    answer = searched.browser("kim").get("/?q=" + quote('"><script>alert(1)</script>'))
    assert "<script>alert" not in answer.text
    assert "&#34;&gt;&lt;script&gt;" in answer.text


def test_the_feed_finds_the_same_people(searched: Office) -> None:
    kim = searched.browser("kim")
    for query, name in (("joao", "João Ícaro"), ("ОЛЕНА", "Олена Коваленко"), ("noor", "Noor K."), ("415555", "Ava")):
        text = kim.get(f"/feed?q={quote(query)}").text
        assert [who for who in ("João Ícaro", "Олена Коваленко", "Noor K.", "Ava") if who in text] == [name], query


def test_the_row_shows_what_was_found_and_leads_there(searched: Office) -> None:
    heard = hear(searched.database, "Where do I find you?  The station <b>Purple Bridge</b> is closed", at=ago(days=1))
    hear(searched.database, "And one about a bridge")
    found = row(searched.browser("kim"), conversation_with(searched.database), "/?q=purple bridge")
    assert "…station &lt;b&gt;<mark>Purple Bridge</mark>&lt;/b&gt; is closed" in found
    assert f'href="/conversations/{heard.conversation_id}?message={heard.id}"' in found
    assert f'hx-get="/conversations/{heard.conversation_id}/pane?message={heard.id}"' in found
    assert iso(heard.occurred_at) in found
    newest = row(searched.browser("kim"), conversation_with(searched.database), "/?q=bridge")
    assert "one about a <mark>bridge</mark>" in newest


@pytest.mark.parametrize(("digits", "found"), [("0059", True), ("00059", True), ("59", True), ("0159", False)])
@pytest.mark.parametrize("path", ["/", "/feed"])
def test_the_last_digits_may_begin_with_zeros(searched: Office, digits: str, found: bool, path: str) -> None:
    hear(searched.database, "Hello", From="whatsapp:+4915230000059", ProfileName="Tomasina")
    hear(searched.database, "Hello", From="whatsapp:+4915230000159", ProfileName="Ann")
    assert ("Tomasina" in searched.browser("kim").get(f"{path}?q={digits}").text) is found


@pytest.mark.parametrize("words", ["whitfield tom", "tom  whitfield", "field OM", "tóm whit"])
def test_a_name_is_found_by_its_words_in_any_order(searched: Office, words: str) -> None:
    there = hear(searched.database, "Hello", From=NOOR, ProfileName="Tom J. Whitfield").conversation_id
    browser = searched.browser("kim")
    assert f'href="/conversations/{there}' in browser.get(f"/?q={words}").text
    assert f'href="/conversations/{there}' not in browser.get(f"/?q={words} elsewhere").text


def test_who_is_found_by_name_alone_keeps_the_last_message(searched: Office) -> None:
    ask(searched.database, "The parcel left today.")
    browser, ava = searched.browser("kim"), conversation_with(searched.database)
    assert "The parcel left today." in row(browser, ava, "/?q=ava")
    assert "<mark>" not in row(browser, ava, "/?q=ava")
    assert "You: <bdi>The <mark>parcel</mark>" in row(browser, ava, "/?q=parcel")
