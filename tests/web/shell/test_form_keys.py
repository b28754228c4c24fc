"""Forms prove that they come from our own page."""

from __future__ import annotations

from tests.support.cast import inbound_form
from tests.support.office import PASSWORDS, Office
from tests.support.twilio import Twilio


def test_a_form_without_its_key_changes_nothing_and_what_was_typed_is_kept(office: Office) -> None:
    ana = office.browser("ana")
    answer = ana.post("/settings/agents", {"csrf_token": "", "name": "Bea Lindqvist", "login": "bea", "role": "agent"})
    assert answer.status_code == 400
    assert "Nothing was sent or changed." in answer.text
    assert "Bea Lindqvist" in answer.text
    assert "Bea Lindqvist" not in ana.get("/settings/agents").text


def test_htmx_gets_one_sentence_and_a_fresh_key_that_works(office: Office) -> None:
    ana = office.browser("ana")
    path = f"/settings/agents/{office.ids['kim']}/disable"
    refused = ana.htmx("POST", path, X_CSRFToken="stale")
    assert (refused.status_code, refused.mimetype) == (400, "text/plain")
    assert ana.htmx("POST", path, X_CSRFToken=refused.headers["X-CSRFToken"]).status_code == 303


def test_a_login_page_that_was_open_for_long_keeps_the_login(office: Office) -> None:
    answer = office.browser().post("/login", {"csrf_token": "stale", "login": "kim", "password": PASSWORDS["kim"]})
    assert answer.status_code == 400
    assert 'value="kim"' in answer.text
    assert "walnut" not in answer.text


def test_twilio_needs_no_key(twilio: Twilio) -> None:
    assert twilio.inbound(inbound_form()).status_code == 200
