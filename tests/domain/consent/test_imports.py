"""Opt-ins and opt-outs from a file: read as spreadsheets write it, checked line by line, whole or not at all."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain import csv_file
from app.domain.access import NotAllowed
from app.domain.consent import import_work, imports, standing
from app.domain.consent.import_lines import FAULTS, ColumnMapping, Fault, guess, understand
from app.domain.consent.import_turns import Turns
from app.domain.consent.imports import ImportRefused
from app.domain.csv_file import FileUnreadable
from app.store import contact_words
from app.store.consent import import_faults, records
from app.store.database import Database, Session
from app.store.tables import Audit, ConsentImport, ConsentImportLine, ConsentRecord, Contact
from tests.domain.consent.importing import CHOSEN, GOOD, HEADER, apply, bring
from tests.support.cast import ACCOUNT, ADA, AVA, KIM, OTTO, address_of, conversation_with, hear, only, rows


def faults(database: Database, number: int) -> list[tuple[int, str]]:
    """Number and fault of each bad line."""
    found = database.read(lambda session: import_faults.lines(session, ACCOUNT, number, FAULTS, 0, 1000))
    return [(row.line, row.fault) for row in found]


def test_whom_an_import_made_is_found_by_number(database: Database) -> None:
    apply(database, bring(database, GOOD, GOOD.replace("50123", "50124")))
    for number in ("+14155550124", "0124"):
        found = database.read(lambda session, number=number: contact_words.find(session, ACCOUNT, number))  # type: ignore[misc]
        assert len(found.contact_ids) == 1, number


def may_get_marketing(database: Database, address: str = AVA) -> bool:
    """Whether an opt-in is in force."""
    contact = next(c for c in rows(database, Contact) if c.phone == address.removeprefix("whatsapp:"))
    held = database.read(lambda session: standing.of_contact(session, ACCOUNT, contact.id or 0))
    return held.opt_in("marketing", "whatsapp:+14155238886", address) is not None


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_file_is_read_as_spreadsheets_write_it(encoding: str, separator: str) -> None:
    text = (
        separator.join(("Phone", "Wording"))
        + "\r\n\r\n"
        + separator.join(("+14155550123", '"Ja, für Grüße\r\nund ""mehr"""'))
    )
    if encoding == "utf-8":
        text = f"sep={separator}\r\n{text}"
    table = csv_file.read(io.BytesIO(text.encode(encoding)))
    assert (table.columns, table.separator) == (["Phone", "Wording"], separator)
    ((_line, found),) = table.lines
    assert found == ["+14155550123", 'Ja, für Grüße\r\nund "mehr"']


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"", "file_empty"), (b"\n\n,,\n", "file_empty"), (b"PK\x03\x04\x00\x00\x9d\x81" * 40, "file_not_text")],
)
def test_what_is_no_such_file_says_why(content: bytes, code: str) -> None:
    with pytest.raises(FileUnreadable) as refused:
        list(csv_file.read(io.BytesIO(content)).lines)
    assert refused.value.code == code


def test_a_file_that_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_file, "LARGEST", 20)
    with pytest.raises(FileUnreadable, match="file_too_large"):
        csv_file.read(io.BytesIO(b"phone\n" + b"1" * 20))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"phone": ""}, "phone_missing"),
        ({"phone": "4,49E+11"}, "phone_mangled"),
        ({"phone": "4.49E+11"}, "phone_mangled"),
        ({"phone": "hello"}, "phone_invalid"),
        ({"phone": "020 7946 0018"}, "phone_invalid"),
        ({"phone": "+1415555"}, "phone_invalid"),
        ({"action": "maybe"}, "action_unknown"),
        ({"purpose": ""}, "purpose_missing"),
        ({"purpose": "news"}, "purpose_unknown"),
        ({"purpose": "all"}, "purpose_all"),
        ({"date": ""}, "date_missing"),
        ({"date": "soon"}, "date_unreadable"),
        ({"date": "31.02.2026"}, "date_unreadable"),
        ({"date": "2026-13-01"}, "date_unreadable"),
        ({"date": "2126-01-01"}, "date_future"),
        ({"proof": "", "wording": ""}, "proof_missing"),
    ],
)
def test_a_line_that_is_not_understood_says_why(change: dict[str, str], fault: str) -> None:
    good = dict(zip(HEADER.lower().split(","), GOOD.split(","), strict=True))
    mapping = ColumnMapping(guess(HEADER.split(",")))
    at = datetime(2026, 11, 20, tzinfo=UTC)
    understand(list(good.values()), mapping, at)
    with pytest.raises(Fault) as refused:
        understand(list({**good, **change}.values()), mapping, at)
    assert refused.value.code == fault


@pytest.mark.parametrize(
    ("typed", "country", "address"),
    [
        ("020 7946 0018", "GB", "whatsapp:+442079460018"),
        ("0044 20 7946 0018", "", "whatsapp:+442079460018"),
        ("'+44 20 7946 0018", "", "whatsapp:+442079460018"),
        ("whatsapp:+14155550123", "", AVA),
        ("+1 (415) 555-0123", "DE", AVA),
        ("(415) 555-2671", "US", "whatsapp:+14155552671"),
    ],
)
def test_a_number_is_read_as_people_write_it(typed: str, country: str, address: str) -> None:
    mapping = ColumnMapping({"phone": 0, "date": 1}, country, "out", "all")
    said = understand([typed, "5/1/2026 10:30"], mapping, datetime(2026, 11, 20, tzinfo=UTC))
    assert (said["address"], said["at"]) == (address, "2026-01-05T10:30:00+00:00")


@pytest.mark.parametrize(
    ("typed", "month_first", "at"),
    [
        ("2026-01-05T10:30:00+02:00", False, "2026-01-05T08:30:00+00:00"),
        ("05.01.2026 10:30:15", True, "2026-01-05T10:30:15+00:00"),
        ("5/1/2026", False, "2026-01-05T00:00:00+00:00"),
        ("1/5/2026 10:30 PM", True, "2026-01-05T22:30:00+00:00"),
        ("1/5/2026 12:05 am", True, "2026-01-05T00:05:00+00:00"),
    ],
)
def test_a_date_is_read_as_people_write_it(typed: str, month_first: bool, at: str) -> None:
    mapping = ColumnMapping({"phone": 0, "date": 1}, "", "out", "all", month_first)
    assert understand(["+14155550123", typed], mapping, datetime(2026, 11, 20, tzinfo=UTC))["at"] == at


def test_columns_are_guessed_by_their_names() -> None:
    names = ["Name", "E-Mail", "Mobile number", "Opt-in date", "Purposes", "Proof"]
    assert guess(names) == {"phone": 2, "date": 3, "purpose": 4, "proof": 5}


def test_records_count_once_all_are_there_and_no_more_when_taken_back(database: Database) -> None:
    number = bring(database, GOOD, "+14155550124,out,all,2026-01-06,phone,,", "4.49E+11,in,service,2026-01-05,,,x")
    assert faults(database, number) == [(4, "phone_mangled")]
    assert rows(database, ConsentRecord) == []
    database.write(lambda session: imports.apply(session, ADA, number))
    assert import_work.step(Turns(database), ACCOUNT, number)
    assert len(rows(database, ConsentRecord)) == 2
    assert not may_get_marketing(database)
    imports.work(database, ACCOUNT)
    assert may_get_marketing(database)
    record = rows(database, ConsentRecord)[0]
    assert (record.state, record.source, record.expressed_by, record.proof, record.notice_text, record.region) == (
        "given", "form", "import", "https://shop.example/1", "I want news", "US",
    )  # fmt: skip
    database.write(lambda session: imports.take_back(session, ADA, number))
    imports.work(database, ACCOUNT)
    assert not may_get_marketing(database)
    assert len(rows(database, ConsentRecord)) == 2
    assert [row.verb for row in rows(database, Audit)] == ["consent.import", "consent.import_taken_back"]


def test_an_opt_out_from_a_file_holds_the_person_back_until_it_is_taken_back(database: Database) -> None:
    hear(database)
    number = bring(database, "+14155550123,stop,all,2026-01-06,mail,,")
    apply(database, number)
    conversation = conversation_with(database)
    held = database.read(lambda session: standing.of_contact(session, ACCOUNT, conversation.contact_id))
    assert held.opt_out("service", conversation.sender, address_of(database, conversation)) is not None
    database.write(lambda session: imports.take_back(session, ADA, number))
    imports.work(database, ACCOUNT)
    held = database.read(lambda session: standing.of_contact(session, ACCOUNT, conversation.contact_id))
    assert held.opt_out("service", conversation.sender, address_of(database, conversation)) is None


def test_what_is_said_twice_or_known_already_is_left_out(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_work, "READ_AT_ONCE", 2)
    other = GOOD.replace("0123", "0199")
    number = bring(database, GOOD, other, GOOD, GOOD.replace("+1415", "+1 415"))
    assert faults(database, number) == [(4, "duplicate"), (5, "duplicate")]
    apply(database, number)
    again = bring(database, GOOD, other, GOOD.replace("marketing", "service"))
    assert faults(database, again) == [(2, "already_recorded"), (3, "already_recorded")]
    database.write(lambda session: imports.take_back(session, ADA, number))
    assert faults(database, bring(database, GOOD)) == []


def test_lines_that_are_left_out_come_in_their_order_whatever_is_wrong_with_them(database: Database) -> None:
    no_date, mangled = GOOD.replace("2026-01-05", ""), GOOD.replace("+14155550123", "4.49E+11")
    number = bring(database, GOOD, mangled, GOOD, no_date, mangled, GOOD)
    assert faults(database, number) == [
        (3, "phone_mangled"), (4, "duplicate"), (5, "date_missing"), (6, "phone_mangled"), (7, "duplicate"),
    ]  # fmt: skip
    found = database.read(lambda session: import_faults.lines(session, ACCOUNT, number, FAULTS, 4, 2))
    assert [row.line for row in found] == [5, 6]


def test_both_spellings_of_a_mobile_are_one_person(database: Database) -> None:
    brazil = GOOD.replace("+14155550123", "+55 11 96123-4567"), GOOD.replace("+14155550123", "+55 11 6123-4567")
    number = bring(database, *brazil)
    assert faults(database, number) == [(3, "duplicate")]
    apply(database, number)
    assert len(rows(database, Contact)) == 1


def test_who_stopped_at_twilio_is_not_opted_in_by_a_file(database: Database) -> None:
    hear(database, "STOP", OptOutType="STOP")
    number = bring(database, GOOD, GOOD.replace("in,marketing", "out,marketing"))
    assert faults(database, number) == [(2, "blocked_at_twilio")]


def test_a_worker_that_died_is_followed_by_another(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_work, "READ_AT_ONCE", 3)
    number = bring(database, *(GOOD.replace("0123", f"0{100 + n}") for n in range(10)))
    database.write(lambda session: imports.apply(session, ADA, number))
    add_many = records.add_many

    def die(session: Session, added: list[dict[str, Any]]) -> None:
        add_many(session, added)
        if any(row["evidence_key"].startswith(f"import:{number}:8:") for row in added):
            raise ConnectionAbortedError

    with monkeypatch.context() as dying:
        dying.setattr(records, "add_many", die)
        with pytest.raises(ConnectionAbortedError):
            imports.work(database, ACCOUNT)
    assert len(rows(database, ConsentRecord)) == 6
    imports.work(database, ACCOUNT)
    assert len(rows(database, ConsentRecord)) == 10
    found = only(database, ConsentImport)
    assert (found.state, found.settled, found.records) == ("applied", True, 10)


def test_a_file_that_is_dropped_leaves_nothing(database: Database) -> None:
    number = bring(database, GOOD)
    database.write(lambda session: imports.drop(session, ADA, number))
    imports.work(database, ACCOUNT)
    assert rows(database, ConsentImportLine) == []
    assert rows(database, ConsentRecord) == []


def test_a_file_that_breaks_off_is_dropped(database: Database) -> None:
    content = f"{HEADER}\n" + f"{GOOD}\n" * 600 + "x" * 200_000
    with pytest.raises(FileUnreadable, match="file_not_text"):
        imports.stage(database, ADA, "x.csv", io.BytesIO(content.encode()))
    imports.work(database, ACCOUNT)
    assert only(database, ConsentImport).state == "dropped"
    assert rows(database, ConsentImportLine) == []


def test_only_admins_and_only_in_order(database: Database) -> None:
    for who in (KIM, OTTO):
        with pytest.raises(NotAllowed):
            imports.stage(database, who, "x.csv", io.BytesIO(b"phone\n1"))
    number = imports.stage(database, ADA, "C:\\lists\\x.csv", io.BytesIO(b"name\n1"))
    assert only(database, ConsentImport).name == "x.csv"
    with pytest.raises(ImportRefused, match="not_now"):
        database.write(lambda session: imports.apply(session, ADA, number))
    with pytest.raises(ImportRefused, match="phone_unmapped"):
        database.write(lambda session: imports.check(session, ADA, number, {**CHOSEN, "columns": {}}))
    with pytest.raises(ImportRefused, match="unknown"):
        database.write(lambda session: imports.drop(session, ADA, number + 1))
