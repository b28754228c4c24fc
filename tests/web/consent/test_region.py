"""The country whose rules hold for a person: said where it comes from, set by an admin, and what the gate goes by."""

from __future__ import annotations

import pytest

from app.store.tables import Audit, Contact
from tests.support.cast import AVA, conversation_with, only, opt_in, rows
from tests.support.office import Office

BERLIN = "whatsapp:+4930123456"


def person(office: Office, customer: str = BERLIN) -> str:
    return f"/consent/people/{conversation_with(office.database, customer).contact_id}"


def why(office: Office) -> str:
    return office.browser("kim").get(f"/conversations/{conversation_with(office.database, BERLIN).id}/why").text


def test_the_gate_goes_by_the_country_that_an_admin_set(office: Office) -> None:
    opt_in(office.database, BERLIN, "marketing", "soft_opt_in")
    there, ana = person(office), office.browser("ana")
    assert "The rules of DE hold, by the number" in ana.get(there).text
    before = why(office)
    assert "The rules of DE hold, by the number" in before
    assert f'href="{there}#region"' in before
    assert ana.post(f"{there}/region", {"region": "GB"}).headers["Location"] == there
    page = ana.get(there).text
    assert "The rules of GB hold, set by somebody here" in page
    assert "goes by these rules" in page
    after = why(office)
    assert "The rules of GB hold, as set for this contact" in after
    # What Germany doesn't take for an opt-in to marketing, the United Kingdom does.
    assert before.count("</svg>Yes</span>") + 1 == after.count("</svg>Yes</span>")
    ana.post(f"{there}/region", {"region": "GB"})
    ana.post(f"{there}/region", {"region": ""})
    assert only(office.database, Contact, phone=BERLIN.removeprefix("whatsapp:")).region == ""
    assert "The rules of DE hold, by the number" in why(office)
    set_it, back = sorted(rows(office.database, Audit, subject_kind="contact"), key=lambda row: row.id or 0)[-2:]
    assert (set_it.verb, set_it.detail["before"], set_it.detail["after"]) == ("contact.region", "DE", "GB")
    assert (back.verb, back.detail["before"], back.detail["after"]) == ("contact.region_by_number", "GB", "DE")
    assert "set GB as the country whose rules hold" in ana.get("/audit").text


@pytest.mark.parametrize("login", ["kim", "otto"])
def test_only_an_admin_sets_it(office: Office, login: str) -> None:
    there, browser = person(office, AVA), office.browser(login)
    page = browser.get(there).text
    assert "The rules of US hold" in page
    assert 'name="region"' not in page
    assert browser.post(f"{there}/region", {"region": "GB"}).status_code == 403
    assert only(office.database, Contact).region == ""


def test_what_is_no_country_is_refused_in_words(office: Office) -> None:
    there, ana = person(office, AVA), office.browser("ana")
    for wrong in ("gb", "UK", "ZZ", "GBR", "\x00"):
        answer = ana.post(f"{there}/region", {"region": wrong})
        assert (answer.status_code, "Choose one of these countries" in answer.text) == (422, True), wrong
    assert only(office.database, Contact).region == ""
    assert ana.post("/consent/people/999/region", {"region": "GB"}).status_code == 404
