"""What fills variables by itself, and what the values make of the text."""

from __future__ import annotations

import re

import pytest

from app.domain.contacts import fields
from app.store.tables import Audit, Template
from tests.support.cast import KIM, NOOR, conversation_with, hear, only, opt_in, rows
from tests.support.office import Browser, Office
from tests.support.templates import listed, template
from tests.web.compose.test_picker import READY, fragment, press, values_of
from tests.web.conversations.test_reply import with_window_closed


@pytest.fixture
def answering(office: Office) -> Browser:
    """Kim, who answers Ava; her window is closed, and the account's templates were read."""
    hear(office.database)
    opt_in(office.database)
    with_window_closed(office)
    listed(office.database)
    return office.browser("kim")


def test_a_text_that_a_value_makes_too_long_is_warned_of_and_no_more(office: Office, answering: Browser) -> None:
    one = template(office.database, READY)
    room = 1024 - len("Hello Ava, your  is ready.")
    fits = fragment(office, answering, "check", values_of(one, v1="Ava", v2="x" * room), "value-2").text
    assert "characters. WhatsApp delivers" not in fits
    assert "It may be sent." in fits
    longer = fragment(office, answering, "check", values_of(one, v1="Ava", v2="x" * (room + 1)), "value-2").text
    assert "The text has 1025 characters. WhatsApp delivers 1,024 at most" in longer
    assert "It may be sent." not in longer


def test_an_admin_chooses_what_fills_a_variable(office: Office, answering: Browser) -> None:
    one = template(office.database, READY)
    ana, page = office.browser("ana"), f"/templates/{one.id}"
    assert "What fills them" not in answering.get(page).text
    assert answering.post(f"{page}/fillings", {"fills-2": "last"}).status_code == 403
    ana.get(page)
    ana.post(f"{page}/fillings", {"fills-1": "agent", "fills-2": "last", "fills-3": "name"})
    assert '<option value="last" selected>' in ana.get(page).text
    first = fragment(office, answering, "fields", {"content_sid": one.sid}).text
    assert re.findall(r'name="value-\d" value="([^"]*)"', first) == ["Kim Aalto", ""]
    press(office, answering, values_of(one, v1="Kim", v2="order 4711"))
    again = fragment(office, answering, "fields", {"content_sid": one.sid}).text
    assert re.findall(r'name="value-\d" value="([^"]*)"', again) == ["Kim Aalto", "order 4711"]
    assert [row.verb for row in rows(office.database, Audit) if row.verb.startswith("template.")] == ["template.fill"]


def test_a_field_of_the_person_fills_a_variable_and_no_sample_does(office: Office, answering: Browser) -> None:
    one = template(office.database, READY, variables={"2": "order 0815"})
    ana, page = office.browser("ana"), f"/templates/{one.id}"
    ana.get(page)
    unnamed = ana.post(f"{page}/fillings", {"fills-1": "agent", "fills-2": "field:", "own-2": " "})
    assert (unnamed.status_code, "Give the field a name" in unnamed.text) == (422, True)
    assert '<option value="agent" selected>' in unnamed.text
    named = {"fills-1": "agent", "fills-2": "field:", "own-1": "x", "own-2": "Order  Number"}
    assert "Nobody has any field yet" in ana.post(f"{page}/fillings", named).text
    noor = conversation_with(office.database, NOOR).contact_id
    office.database.write(lambda session: fields.add(session, KIM, noor, "order number", "4710"))
    mistyped = ana.post(f"{page}/fillings", {**named, "own-2": "ordr number"})
    assert (mistyped.status_code, "Is it one of these: order number?" in mistyped.text) == (422, True)
    wrong = re.findall(r'name="(own-\d)"[^>]* aria-invalid="true" aria-describedby="fills-wrong"', mistyped.text)
    assert wrong == ["own-2"]
    assert only(office.database, Template).fillings == {}
    ana.post(f"{page}/fillings", named)
    assert only(office.database, Template).fillings == {"1": "agent", "2": "field:order number"}
    assert 'name="own-2" value="order number"' in ana.get(page).text
    # What was chosen stays, though nobody has it any more.
    office.database.write(lambda session: fields.remove(session, KIM, noor, "order number"))
    assert ana.post(f"{page}/fillings", named).status_code == 303

    def filled() -> list[str]:
        shown = fragment(office, answering, "fields", {"content_sid": one.sid}).text
        return re.findall(r'name="value-\d" value="([^"]*)"', shown)

    assert filled() == ["Kim Aalto", ""]
    assert "It may be sent." not in fragment(office, answering, "fields", {"content_sid": one.sid}).text
    ava = conversation_with(office.database).contact_id
    office.database.write(lambda session: fields.add(session, KIM, ava, "order number", "4711"))
    assert filled() == ["Kim Aalto", "4711"]
