"""The page to erase a person: what it says first, whose it is, and what is left to see."""

from __future__ import annotations

from app.domain.privacy import erasure
from app.domain.privacy.steps import tools_of
from app.store.tables import Audit, Contact, Erasure
from app.web.shell.services import services
from tests.support.cast import ACCOUNT, AVA, asked_message, claimed, conversation_with, hear, only, rows
from tests.support.office import Office


def finish(office: Office) -> None:
    """What the worker does."""
    here = services(office.application)
    erasure.go_on(tools_of(here.settings, here.database, here.media_store), ACCOUNT)


def test_a_person_is_erased_after_a_typed_word(office: Office) -> None:
    hear(office.database, "Hello", ProfileName="Ava Lindqvist")
    there = conversation_with(office.database, AVA)
    ana, path = office.browser("ana"), f"/privacy/people/{there.contact_id}"
    assert path in ana.get(f"/conversations/{there.id}").text
    assert path in ana.get(f"/consent/people/{there.contact_id}").text
    page = ana.get(path)
    assert "Ava Lindqvist" in page.text
    assert "1 message," in page.text
    assert ana.post(f"{path}/erase", {"confirmation": "yes"}).status_code == 422
    assert rows(office.database, Erasure) == []
    answer = ana.post(f"{path}/erase", {"confirmation": " Erase "})
    assert (answer.status_code, answer.headers["Location"]) == (303, path)
    assert "Being erased" in ana.get(path).text
    finish(office)
    page = ana.get(path)
    assert "Nothing here tells who this was any more" in page.text
    assert "Ava" not in page.text
    refused = ana.get(f"/consent/people/{there.contact_id}/sheet")
    assert (refused.status_code, refused.content_type) == (410, "text/html; charset=utf-8")
    assert "There is no evidence sheet of this person: they were erased" in refused.text
    assert rows(office.database, Audit, verb="consent.export") == []
    assert ana.get(f"/conversations/{there.id}").headers["Location"] == path
    for shown in (f"/consent/people/{there.contact_id}", "/consent", "/", "/feed", "/audit", "/journal", "/failures"):
        answer = ana.get(shown)
        assert answer.status_code == 200, shown
        assert "Lindqvist" not in answer.text
        assert "555 0123" not in answer.text.replace("-", " ")
    # A second time it is as it is.
    assert ana.post(f"{path}/erase", {"confirmation": "erase"}).status_code == 303
    assert len(rows(office.database, Audit, verb="privacy.erase")) == 1


def test_only_an_admin_erases(office: Office) -> None:
    there = conversation_with(office.database, AVA)
    path = f"/privacy/people/{there.contact_id}"
    otto = office.browser("otto")
    assert "confirmation" not in otto.get(path).text
    assert otto.post(f"{path}/erase", {"confirmation": "erase"}).status_code == 403
    assert office.browser("kim").get(path).status_code == 403
    assert only(office.database, Contact, id=there.contact_id).erased_at is None


def test_while_a_message_is_on_its_way_the_page_says_to_wait(office: Office) -> None:
    asked_message(office.database, "On its way")
    claimed(office.database)
    there = conversation_with(office.database, AVA)
    ana, path = office.browser("ana"), f"/privacy/people/{there.contact_id}"
    assert "on its way to Twilio" in ana.get(path).text
    answer = ana.post(f"{path}/erase", {"confirmation": "erase"})
    assert answer.status_code == 409
    assert rows(office.database, Erasure) == []
