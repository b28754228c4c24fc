"""What somebody said who is no contact yet is recorded by their number."""

from __future__ import annotations

from app.store.tables import ConsentRecord, Contact
from tests.support.cast import only, rows
from tests.support.office import Office
from tests.web.consent.test_person import TOLD

NUMBER = "+44 20 7946 0018"


def test_a_new_number_becomes_a_contact_with_its_record(office: Office) -> None:
    answer = office.browser("kim").post("/consent/record", {**TOLD, "to": NUMBER})
    contact = only(office.database, Contact)
    assert (answer.status_code, answer.location) == (303, f"/consent/people/{contact.id}")
    assert {record.address_id for record in rows(office.database, ConsentRecord)} != set()


def test_what_is_no_number_is_said_at_its_field_and_keeps_what_was_typed(office: Office) -> None:
    answer = office.browser("kim").post("/consent/record", {**TOLD, "to": "12"})
    assert answer.status_code == 422
    assert "This is neither a whole number nor a WhatsApp id." in answer.text
    assert TOLD["proof"] in answer.text
    assert rows(office.database, ConsentRecord) == []


def test_an_auditor_records_nothing(office: Office) -> None:
    auditor = office.browser("otto")
    assert auditor.get("/consent/record").status_code == 403
    assert auditor.post("/consent/record", {**TOLD, "to": NUMBER}).status_code == 403
