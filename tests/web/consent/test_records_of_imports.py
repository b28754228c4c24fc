"""Records of an import that isn't applied: every door shows them, and says that they don't count and why."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest

from app.domain.consent import checkpoints, corrections, import_work, imports, sheet_signature
from app.domain.consent.corrections import NotCorrected
from app.domain.consent.import_turns import Turns
from app.store.tables import ConsentImport, ConsentRecord, Contact
from app.web.shell.services import services
from tests.domain.consent.importing import GOOD, apply, bring
from tests.support.cast import ACCOUNT, ADA, AVA, only, rows
from tests.support.office import Office
from tests.web.api.test_consents import read


def brought(office: Office) -> int:
    """An import of two people's opt-ins, not applied yet."""
    return bring(office.database, GOOD, GOOD.replace("50123", "50199"))


def take_back(office: Office, number: int) -> None:
    """Take an import back and wait for it."""
    office.database.write(lambda session: imports.take_back(session, ADA, number))
    imports.work(office.database, ACCOUNT)


def ava(office: Office) -> int:
    """Ava's number."""
    return next(one.id or 0 for one in rows(office.database, Contact) if one.phone == AVA.removeprefix("whatsapp:"))


def exported(office: Office, form: str, contact: int | None = None) -> list[dict[str, Any]]:
    """The ledger, or what it holds of one contact, as an auditor gets it."""
    of_one = f"&contact={contact}" if contact is not None else ""
    found: list[dict[str, Any]] = json.loads(office.browser("otto").get(f"/consent/export?format={form}{of_one}").text)
    return found


def test_exports_say_that_a_record_was_taken_back_when_and_by_whom(office: Office) -> None:
    number = brought(office)
    apply(office.database, number)
    assert [(row["counts"], row["taken_back_at"]) for row in exported(office, "json")] == [(True, None)] * 2
    take_back(office, number)
    assert [row["counts"] for row in exported(office, "json")] == [False, False]
    (taken,) = exported(office, "json", ava(office))
    assert (taken["import_id"], taken["counts"], taken["taken_back_by"]) == (number, False, ADA.name)
    status, void = exported(office, "iso27560", ava(office))[0]["dpv:hasConsentStatus"]
    assert (status["@type"], void["@type"]) == ("dpv:ConsentGiven", "dpv:ConsentInvalidated")
    assert (void["dpv:isIndicatedAtTime"], void["dct:contributor"]) == (taken["taken_back_at"], ADA.name)


def test_the_evidence_sheet_shows_what_was_taken_back_and_proves_that_it_was_there(office: Office) -> None:
    number = brought(office)
    apply(office.database, number)
    take_back(office, number)
    document = office.browser("otto").get(f"/consent/people/{ava(office)}/sheet").text
    key = checkpoints.signer(services(office.application).settings)
    assert sheet_signature.check(document, key.verifier).proven == 1
    assert f"was taken back at {day_taken_back(office, number)}" in document
    assert f"by {ADA.name}." in document


def test_a_persons_export_says_that_it_does_not_count(office: Office) -> None:
    number = brought(office)
    apply(office.database, number)
    assert "<dt>Counts</dt>" not in of_ava(office)
    take_back(office, number)
    document = of_ava(office)
    assert "UTC · Marketing · Opted in</h3>" in document
    assert (
        f"<dt>Counts</dt><dd><b>No: the import that it came by was taken back at {day_taken_back(office, number)}"
        in document
    )
    assert re.search(rf'<dt>More</dt><dd dir="auto">import {number}, line \d+, source form</dd>', document)


def of_ava(office: Office) -> str:
    """All that is kept of Ava, to read."""
    archive = office.browser("otto").client.get(f"/privacy/people/{ava(office)}/export").data
    return zipfile.ZipFile(io.BytesIO(archive)).read("person.html").decode()


def day_taken_back(office: Office, number: int) -> str:
    """The day on which an import was taken back."""
    (row,) = exported(office, "json", ava(office))
    assert row["import_id"] == number
    return str(row["taken_back_at"])[:10]


def test_the_history_shows_what_was_taken_back_and_offers_no_correction(office: Office) -> None:
    number = brought(office)
    apply(office.database, number)
    path = f"/consent/people/{ava(office)}"
    assert "Take this record out of force" in office.browser("ana").get(path).text
    take_back(office, number)
    page = office.browser("ana").get(path).text
    assert f"{ADA.name} took its import back on" in page
    assert f'href="/consent/import/{number}"' in page
    assert "Take this record out of force" not in page
    assert f"{ADA.name} took its import back on" in office.browser("otto").get(path).text
    record = rows(office.database, ConsentRecord)[0]
    with pytest.raises(NotCorrected, match="import_not_applied"):
        office.database.write(lambda session: corrections.correct(session, ADA, record.id or 0, "It was not theirs."))


def test_the_import_says_who_brought_it_what_ends_with_it_and_who_took_it_back(office: Office) -> None:
    number = bring(office.database, GOOD, "+14155550199,out,all,2026-01-06,phone,,")
    path, ana = f"/consent/import/{number}", office.browser("ana")
    assert "Opt-outs among them" not in ana.get(path).text
    apply(office.database, number)
    assert "Opt-outs among them: 1. Whom these alone hold back" in ana.get(path).text
    take_back(office, number)
    page = ana.get(path).text
    assert f"It was {ADA.name}." in page
    assert "Take the import back" not in page


def test_a_file_whose_columns_are_not_chosen_yet_can_be_dropped(office: Office) -> None:
    number = imports.stage(office.database, ADA, "list.csv", io.BytesIO(b"Phone\n+14155550123"))
    ana = office.browser("ana")
    assert "Drop the file" in ana.get(f"/consent/import/{number}").text
    assert ana.post(f"/consent/import/{number}/drop").status_code == 303
    assert only(office.database, ConsentImport).state == "dropped"


def test_the_api_reads_what_was_taken_back_as_taken_back(office: Office) -> None:
    number = brought(office)
    apply(office.database, number)
    (given,) = read(office).get_json()["records"]
    assert (given["counts"], given["taken_back_at"]) == (True, None)
    take_back(office, number)
    told = read(office).get_json()
    assert told["in_force"] == []
    (taken,) = told["records"]
    assert (taken["counts"], bool(taken["taken_back_at"]), taken["taken_back_by"]) == (False, True, ADA.name)
    described = office.application.test_client().get("/api/v1/openapi.json").get_json()["components"]["schemas"]
    assert set(taken) - {"notice"} == set(described["Standing"]["properties"]["records"]["items"]["properties"])


def test_what_is_still_being_applied_does_not_count_yet_and_says_so(office: Office) -> None:
    number = brought(office)
    office.database.write(lambda session: imports.apply(session, ADA, number))
    assert import_work.step(Turns(office.database), ACCOUNT, number)
    assert [(row["counts"], row["taken_back_at"]) for row in exported(office, "json")] == [(False, None)] * 2
    path = f"/consent/people/{ava(office)}"
    assert "Not yet: the import that it came by is being applied." in office.browser("otto").get(f"{path}/sheet").text
    assert "its import is being applied" in office.browser("otto").get(path).text
