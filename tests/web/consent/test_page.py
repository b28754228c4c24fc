"""The list of people: who is in it, what is in force, filters, search, pages and changes."""

from __future__ import annotations

import html
import re

import pytest

from app.domain.consent import recording, seal
from app.domain.consent.recording import Expressed
from app.store.consent import people, people_counts
from tests.support.cast import ACCOUNT, AVA, KIM, NOOR, ago, conversation_with, hear
from tests.support.office import Office


def agree(office: Office, address: str, *purposes: str, **changed: object) -> int:
    """Somebody agrees in person."""
    said = Expressed("opt-in", purposes, "paper", "Form 12", f"{address}{purposes}", "Shall we write?", **changed)  # type: ignore[arg-type]
    office.database.write(lambda session: recording.record_for_address(session, KIM, address, said))
    return conversation_with(office.database, address).contact_id


def names(page: str) -> list[str]:
    return re.findall(r'<b class="md cut"[^>]*>([^<]+)</b>', page)


def test_everybody_is_listed_newest_first_with_what_is_in_force(office: Office) -> None:
    hear(office.database, "STOP", From=NOOR, ProfileName="Noor K.", at=ago(days=2))
    hear(office.database, From=AVA, ProfileName="Ava")
    agree(office, AVA, "marketing", "service")
    page = office.browser("otto").get("/consent").text
    assert names(page) == ["Ava", "Noor K."]
    for words in ("Marketing</span>", "Service</span>", "Opted out</span>", "On paper", "Keyword"):
        assert words in page
    assert 'title="Consent (g c)"' in page


def test_nobody_yet_says_what_will_be_here(office: Office) -> None:
    hear(office.database, "Hello")
    kim = office.browser("kim")
    assert "Nobody has opted in or out yet" in kim.get("/consent").text
    assert "Nobody fits" in kim.get("/consent?source=form").text


def test_it_is_filtered_and_searched(office: Office) -> None:
    hear(office.database, "STOP", From=NOOR, ProfileName="Noor K.", OptOutType="STOP")
    hear(office.database, From=AVA, ProfileName="Ava Castillo")
    agree(office, AVA, "marketing", occurred_at=ago(days=400))
    kim = office.browser("kim")
    for asked, found in (
        ("state=in", ["Ava Castillo"]),
        ("state=out", ["Noor K."]),
        ("state=asked", []),
        ("source=paper", ["Ava Castillo"]),
        ("country=GB", ["Noor K."]),
        ("country=gb", ["Noor K.", "Ava Castillo"]),
        ("purpose=marketing", ["Noor K.", "Ava Castillo"]),
        ("purpose=marketing&state=in", ["Ava Castillo"]),
        ("purpose=marketing&state=out", ["Noor K."]),
        ("purpose=service&state=out", ["Noor K."]),
        ("purpose=service&flag=blocked", ["Noor K."]),
        ("months=12", ["Ava Castillo"]),
        ("months=24", []),
        ("flag=blocked", ["Noor K."]),
        ("flag=overruled", []),
        ("q=castillo", ["Ava Castillo"]),
        ("q=1+415", ["Ava Castillo"]),
        ("q=0123", ["Ava Castillo"]),
        ("q=noor&state=in", []),
        ("state=nonsense&source=x&months=7&flag=y", ["Noor K.", "Ava Castillo"]),
    ):
        assert names(kim.get(f"/consent?{asked}").text) == found, asked
    hear(office.database, "STOP", From=AVA, ProfileName="Ava Castillo")
    assert names(kim.get("/consent?flag=overruled").text) == ["Ava Castillo"]
    assert names(kim.get("/consent?state=in").text) == []


def test_a_search_finds_who_has_nothing_in_force_too(office: Office) -> None:
    hear(office.database, From=AVA, ProfileName="Ava Castillo")
    hear(office.database, "STOP", From=NOOR, ProfileName="Ava Noor")
    kim = office.browser("kim")
    page = kim.get("/consent?q=ava").text
    assert names(page) == ["Ava Noor", "Ava Castillo"]
    assert page.count("Nothing in force") == 1
    assert names(kim.get("/consent?q=castillo&state=in").text) == []
    assert names(kim.get("/consent").text) == ["Ava Noor"]


def test_the_counts_at_the_states_follow_the_other_filters(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    hear(office.database, "STOP", From=NOOR, ProfileName="Noor K.")
    agree(office, AVA, "marketing")
    kim = office.browser("kim")

    def shown(asked: str) -> list[str]:
        chips = re.findall(r'(?s)<a class="chip"[^>]*>(.*?)</a>', kim.get(f"/consent?{asked}").text)
        return [" ".join(re.sub("<[^>]+>", "", chip).split()) for chip in chips]

    assert shown("") == shown("state=out") == ["All 2", "Opted in 1", "Opted out 1", "Asked 0"]
    assert shown("country=GB") == ["All 1", "Opted in 0", "Opted out 1", "Asked 0"]
    assert shown("q=noor&state=in") == ["All 1", "Opted in 0", "Opted out 1", "Asked 0"]
    assert shown("purpose=service&state=expired") == ["All 1", "Opted in 0", "Opted out 1", "Asked 0", "Expired 0"]
    assert shown("q=nobody") == ["All", "Opted in 0", "Opted out 0", "Asked 0"]
    monkeypatch.setattr(people_counts, "LOOKED_AT", 1)
    assert shown("purpose=marketing") == ["All 2+", "Opted in 1+", "Opted out 1+", "Asked"]


def test_who_waits_for_the_seal_is_found_until_it_is_there(office: Office) -> None:
    hear(office.database, "STOP", From=NOOR, ProfileName="Noor K.")
    seal.seal_new(office.database, ACCOUNT)
    hear(office.database, From=AVA, ProfileName="Ava Castillo")
    agree(office, AVA, "marketing")
    kim = office.browser("kim")
    assert names(kim.get("/consent?flag=unsealed").text) == ["Ava Castillo"]
    assert names(kim.get("/consent?flag=unsealed&q=noor").text) == []
    seal.seal_new(office.database, ACCOUNT)
    assert "Nobody fits" in kim.get("/consent?flag=unsealed").text


def test_it_comes_in_pages(office: Office, monkeypatch: object) -> None:
    for number in range(53):
        agree(office, f"whatsapp:+49302312{number:04}", "marketing", occurred_at=ago(minutes=100 - number))
    kim = office.browser("kim")
    first = kim.get("/consent").text
    assert first.count('<li id="person-') == people.PAGE
    more = html.unescape(re.findall(r'hx-get="(/consent/rows[^"]+)"', first)[0])
    rest = kim.htmx("GET", more).text
    assert rest.count('<li id="person-') == 3
    assert "people-more" not in rest
    assert kim.get(more.replace("/rows", "")).text.count('<li id="person-') == 3


def test_what_is_shown_follows_and_who_is_new_is_told(office: Office) -> None:
    hear(office.database, From=AVA, ProfileName="Ava")
    number = agree(office, AVA, "marketing")
    kim = office.browser("kim")
    changes = html.unescape(re.findall(r'data-fragment="(/consent/changes[^"]+)"', kim.get("/consent").text)[0])
    hear(office.database, "STOP", From=AVA)
    hear(office.database, "STOP", From=NOOR)
    fresh = kim.get(changes).text
    assert f'id="person-{number}"' in fresh
    assert "Opted out</span>" in fresh
    assert "1 more person since this page was opened." in fresh
    assert kim.get(f"/consent/changes?shown=x,1,,{'9' * 5000}&newest=nonsense").status_code == 200
