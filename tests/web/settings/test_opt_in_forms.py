"""The settings page of opt-in forms."""

from __future__ import annotations

import pytest

from app.consent_words import PURPOSES
from app.domain.consent.opt_in_draft import FAULTS
from app.store.tables import OptInForm, OptInVersion
from app.web.words.opt_in_faults import PURPOSES as NAMES
from app.web.words.opt_in_faults import WHY
from tests.domain.consent.test_opt_in_forms import DRAFT, save
from tests.support.cast import only, rows
from tests.support.office import Office

FORM = {
    "slug": "news",
    "business": "Acme",
    "sender": "+1 415 523 8886",
    "privacy_url": "https://acme.example/privacy",
    "purpose-marketing": "on",
    "is_open": "on",
    "wording-0-language": "en",
    "wording-0-title": "News",
    "wording-0-text": "Acme would like to write to you.",
    "wording-0-box-marketing": "Yes, offers.",
    "wording-0-stop": "Write STOP.",
}


def test_an_admin_publishes_a_form_and_changes_it(office: Office) -> None:
    ana = office.browser("ana")
    assert ana.get("/settings/opt-in-forms/new").status_code == 200
    assert ana.post("/settings/opt-in-forms/new", FORM).status_code == 303
    assert office.browser().get("/opt-in/news").status_code == 200
    listed = ana.get("/settings/opt-in-forms")
    assert "http://127.0.0.1:8000/opt-in/news" in listed.text
    number = only(office.database, OptInForm).id
    assert "Yes, offers." in ana.get(f"/settings/opt-in-forms/{number}").text
    german = {"language": "de", "title": "Neues", "text": "Acme schreibt.", "box-marketing": "Ja.", "stop": "STOP"}
    changed = {**FORM, **{f"wording-1-{name}": text for name, text in german.items()}}
    assert ana.post(f"/settings/opt-in-forms/{number}", changed).status_code == 303
    assert [row.number for row in rows(office.database, OptInVersion)] == [1, 2]
    assert "Neues" in office.browser().get("/opt-in/news?lang=de").text


def test_each_fault_stands_at_its_field_and_nothing_typed_is_lost(office: Office) -> None:
    ana = office.browser("ana")
    bad = {**FORM, "privacy_url": "http://acme.example", "wording-0-stop": "Bye", "wording-0-text": "We write."}
    answer = ana.post("/settings/opt-in-forms/new", bad)
    assert answer.status_code == 422
    for name, code in (("privacy_url", "privacy_not_https"), ("wording-0-stop", "stop_not_said"),
                       ("wording-0-text", "business_not_named")):  # fmt: skip
        assert f'id="{name}_wrong"' in answer.text
        assert WHY[code] in answer.text
    assert answer.text.count('aria-invalid="true"') == 3
    assert "We write." in answer.text
    assert rows(office.database, OptInForm) == []


def test_a_form_is_closed(office: Office) -> None:
    number = save(office.database)
    ana = office.browser("ana")
    ana.get(f"/settings/opt-in-forms/{number}")
    ana.post(f"/settings/opt-in-forms/{number}", {name: text for name, text in FORM.items() if name != "is_open"})
    assert office.browser().get("/opt-in/news").status_code == 404
    assert only(office.database, OptInForm).slug == DRAFT.slug


@pytest.mark.parametrize("login", ["kim", "otto"])
def test_only_an_admin_has_forms(office: Office, login: str) -> None:
    number = save(office.database)
    browser = office.browser(login)
    for path in ("/settings/opt-in-forms", "/settings/opt-in-forms/new", f"/settings/opt-in-forms/{number}"):
        assert browser.get(path).status_code == 403
    assert browser.post("/settings/opt-in-forms/new", {**FORM, "slug": "x"}).status_code == 403
    assert browser.post(f"/settings/opt-in-forms/{number}", FORM).status_code == 403
    assert "/settings/opt-in-forms" not in browser.get("/settings").text


def test_a_form_that_is_not_there(office: Office) -> None:
    ana = office.browser("ana")
    assert ana.get("/settings/opt-in-forms/99").status_code == 404
    assert ana.post("/settings/opt-in-forms/99", FORM).status_code == 404


def test_every_fault_and_purpose_has_words() -> None:
    assert set(WHY) == set(FAULTS)
    assert set(NAMES) == set(PURPOSES)
