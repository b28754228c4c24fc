"""The evidence sheet, the exports and the seal's state, as the console gives them."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from app.domain.consent import checkpoints, exports, seal, sheet_signature
from app.domain.consent.leaf import PERSONAL, PLAIN
from app.domain.consent.signed_note import Signer, Verifier
from app.store.database import Database
from app.store.tables import Audit, Message
from app.web.shell.services import services
from app.web.words.consent_fields import FIELDS
from tests.domain.consent.sealing import add_records
from tests.support.cast import ACCOUNT, AVA, NOOR, asked_message, claimed, conversation_with, hear, rows
from tests.support.office import Office
from tests.support.outcomes import accepted

# The sheet is made of what other tests read on both databases.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
IN_THE_HEAD = {"account_sid", "record_id", "occurred_at", "purpose", "state"}
FORMULA = '=HYPERLINK("http://192.0.2.1/","Press")'


def with_evidence(database: Database) -> int:
    """Ava agreed and took it back; one message left and one was held back. Noor agreed. Returns Ava's number."""
    add_records(database, 3, proof='Signed <at> the "counter" </script>', notice_text="May we write to you?")
    add_records(database, 2, NOOR)
    accepted(database, "It's ready & waiting")
    asked_message(database, "Too late")
    hear(database, "STOP")
    claimed(database)
    return conversation_with(database, AVA).contact_id


def key_of(office: Office) -> Signer:
    return checkpoints.signer(services(office.application).settings)


def sheet_of(office: Office, contact: int, login: str = "otto") -> str:
    answer = office.browser(login).get(f"/consent/people/{contact}/sheet")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    return answer.text


def data_of(document: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="evidence">(.*?)</script>', document, re.DOTALL)
    assert found is not None
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_a_sheet_holds_all_of_one_person_and_proves_itself(office: Office) -> None:
    ava = with_evidence(office.database)
    document = sheet_of(office, ava)
    found = sheet_signature.check(document, key_of(office).verifier)
    assert (found.size, found.proven, found.unsealed) == (6, 4, 0)
    data = data_of(document)
    assert [record["sealed"]["state"] for record in data["records"]] == [*["given"] * 3, "withdrawn"]
    sent, held = rows(office.database, Message, body="It's ready & waiting")[0], "Too late"
    told = next(one for one in data["messages"] if one["number"] == sent.id)
    (attempt,) = told["attempts"]
    assert attempt["decision"]["rules"]
    assert [one["body"] for one in data["refusals"]] == [held]
    assert held not in {one["body"] for one in data["messages"]}
    assert NOOR not in document
    for name in (*PERSONAL, *PLAIN, "supersedes"):
        assert name in IN_THE_HEAD or name in dict(FIELDS), name
    assert "It&#39;s ready &amp; waiting" in document
    assert "May we write to you?" in document


@ON_SQLITE
def test_a_sheet_runs_no_script_and_needs_nothing_from_elsewhere(office: Office) -> None:
    document = sheet_of(office, with_evidence(office.database))
    assert re.findall(r"<script[^>]*>", document) == [
        '<script type="application/json" id="evidence">',
        '<script type="text/plain" id="signature">',
    ]
    assert not re.search(r"\b(?:src|href)=", document)


@ON_SQLITE
@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: text.replace("Too late", "Too soon"), "document_differs"),
        (lambda text: text.replace("<main>", "<main> "), "document_differs"),
        (lambda text: text.replace('id="evidence"', 'id="other"'), "not_a_sheet"),
        (lambda text: text + text, "not_a_sheet"),
        (lambda text: re.sub(r"\u2014 \S+ \S+\n</script>", "</script>", text), "note_malformed"),
    ],
)
def test_a_sheet_that_was_changed_is_refused(office: Office, change: Callable[[str], str], why: str) -> None:
    document = sheet_of(office, with_evidence(office.database))
    changed = change(document)
    assert changed != document
    with pytest.raises(sheet_signature.SheetInvalid) as caught:
        sheet_signature.check(changed, key_of(office).verifier)
    assert caught.value.why == why


@ON_SQLITE
def test_a_sheet_of_another_key_is_refused(office: Office) -> None:
    document = sheet_of(office, with_evidence(office.database))
    other = Signer.from_settings(key_of(office).name, "", "another-secret-key-that-nobody-uses").verifier
    with pytest.raises(sheet_signature.SheetInvalid, match="key_other"):
        sheet_signature.check(document, Verifier.parse(str(other)))


@ON_SQLITE
def test_who_signs_anew_still_needs_records_that_are_in_the_ledger(office: Office) -> None:
    data = data_of(sheet_of(office, with_evidence(office.database)))
    key = key_of(office).verifier
    sheet_signature.check_evidence(data, key)
    record = data["records"][0]
    kept = json.dumps(record)
    for part, name, value, why in (
        ("values", "proof", "Never said", "value_differs"),
        ("sealed", "purpose", "service", "proof_wrong"),
    ):
        record[part][name] = value
        with pytest.raises(sheet_signature.SheetInvalid, match=why):
            sheet_signature.check_evidence(data, key)
        record.update(json.loads(kept))
    wrong: list[tuple[str, Any]] = [("position", 1), ("proof", []), ("proof", ["*"]), ("position", -1)]
    for name, anything in wrong:
        record[name] = anything
        with pytest.raises(sheet_signature.SheetInvalid, match="proof_wrong"):
            sheet_signature.check_evidence(data, key)
        record.update(json.loads(kept))


def test_csv_holds_every_record_and_no_live_formula(office: Office) -> None:
    for begins in (FORMULA, "+1+1", "-1", "@SUM(A1)", "\tx", "\rx"):
        add_records(office.database, 1, proof=begins)
    seal.seal_new(office.database, ACCOUNT)
    answer = office.browser("ana").get("/consent/export?format=csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    found = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [row["proof"] for row in found] == [f"'{t}" for t in (FORMULA, "+1+1", "-1", "@SUM(A1)", "\tx", "\rx")]
    assert [row["position"] for row in found] == list("012345")
    assert {row["address"] for row in found} == {AVA}
    assert not [cell for row in found for cell in row.values() if cell.startswith(tuple("=+-@\t\r"))]


def test_json_and_27560_hold_the_records_of_all_or_of_one(office: Office) -> None:
    ava = with_evidence(office.database)
    browser = office.browser("otto")
    everybody = json.loads(browser.get("/consent/export?format=json").text)
    assert [row["address"] for row in everybody] == [AVA] * 3 + [NOOR] * 2 + [AVA]
    hers = json.loads(browser.get(f"/consent/export?format=iso27560&contact={ava}").text)
    assert [record["dct:identifier"] for record in hers] == [
        row["record_id"] for row in everybody if row["address"] == AVA
    ]
    assert {record["dct:conformsTo"] for record in hers} == {"https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr"}
    first, last = hers[0], hers[-1]
    assert first["@id"] == f"urn:uuid:{first['dct:identifier']}"
    assert first["dpv:hasNotice"]["dct:description"] == "May we write to you?"
    assert first["dpv:hasProcess"]["dpv:hasPurpose"] == ["dpv:DirectMarketing"]
    assert last["dpv:hasConsentStatus"]["@type"] == "dpv:ConsentWithdrawn"
    assert len(last["dpv:hasProcess"]["dpv:hasPurpose"]) == 3


def test_an_empty_ledger_is_exported_as_nothing(office: Office) -> None:
    browser = office.browser("ana")
    assert json.loads(browser.get("/consent/export?format=json").text) == []
    assert len(browser.get("/consent/export").text.splitlines()) == 1


@ON_SQLITE
def test_the_list_of_people_offers_every_form_of_the_export(office: Office) -> None:
    otto = office.browser("otto")
    offered = re.findall(r'href="(/consent/export[^"]*)"', otto.get("/consent").text)
    assert offered == [f"/consent/export?format={form}" for form in exports.FORMATS]
    assert [otto.get(address).status_code for address in offered] == [200] * 3
    assert "/consent/export" not in office.browser("kim").get("/consent").text


@ON_SQLITE
def test_only_admins_and_auditors_take_it_away_and_it_is_audited(office: Office) -> None:
    ava = with_evidence(office.database)
    doors = (f"/consent/people/{ava}/sheet", "/consent/export?format=json", f"/consent/export?contact={ava}")
    assert [office.browser("kim").get(door).status_code for door in doors] == [403] * 3
    before = len(rows(office.database, Audit, verb="consent.export"))
    assert [office.browser("otto").get(door).status_code for door in doors] == [200] * 3
    told = rows(office.database, Audit, verb="consent.export")[before:]
    assert [(row.subject_kind, row.detail["format"]) for row in told] == [
        ("contact", "sheet"),
        ("account", "json"),
        ("contact", "csv"),
    ]


@ON_SQLITE
@pytest.mark.parametrize("path", ["people/999/sheet", "export?format=sheet", "export?contact=x", "export?contact=0"])
def test_what_is_not_there_is_not_found(office: Office, path: str) -> None:
    assert office.browser("ana").get(f"/consent/{path}").status_code == 404


def test_the_seal_says_how_far_it_is(office: Office) -> None:
    browser = office.browser("kim")
    assert "Nothing is sealed yet" in browser.get("/consent/seal").text
    add_records(office.database, 3)
    seal.seal_new(office.database, ACCOUNT)
    add_records(office.database, 1)
    text = browser.get("/consent/seal").text
    assert "Sealed up to record 3" in text
    assert "1 is not sealed yet." in text
    assert "set CONSENT_CHECKPOINT_TO" in text
