"""What people say elsewhere is taken down with its proof, and what was taken down wrongly is corrected."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.domain.access import NotAllowed
from app.domain.actor import command
from app.domain.consent import corrections, ledger, recording, standing
from app.domain.consent.recording import Expressed, NotRecorded
from app.store.database import Database
from app.store.tables import Audit, ConsentRecord, ConsentState, Contact, FeedEvent
from tests.support.cast import ACCOUNT, AVA, KIM, OTTO, SENDER, ago, conversation_with, hear, only, rows

AGREED = Expressed(
    "opt-in", ("marketing", "service"), "in_person", "Signed up at the till, Tuesday", "one", "Offers by WhatsApp?"
)
SAID_NO = Expressed("opt-out", ("all",), "phone", "Called at ten and asked for no more messages", "two")


def record(database: Database, said: Expressed, by: object = KIM) -> list[int]:
    there = conversation_with(database).contact_id
    return database.write(lambda session: recording.record(session, by, there, said))  # type: ignore[arg-type]


def standing_of(database: Database) -> standing.Standing:
    there = conversation_with(database).contact_id
    return database.read(lambda session: standing.of_contact(session, ACCOUNT, there))


def allowed(database: Database, purpose: str = "marketing") -> bool:
    return standing_of(database).opt_in(purpose, SENDER, AVA) is not None


def test_an_opt_in_is_a_record_for_each_purpose_with_its_proof_and_wording(database: Database) -> None:
    said = replace(AGREED, occurred_at=ago(days=2))
    numbers = record(database, said)
    marketing, service = rows(database, ConsentRecord)
    assert [marketing.id, service.id] == numbers
    assert (marketing.purpose, service.purpose) == ("marketing", "service")
    assert (marketing.state, marketing.source, marketing.basis) == ("given", "in_person", "express")
    assert (marketing.proof, marketing.notice_text) == (AGREED.proof, AGREED.wording)
    assert (marketing.actor_kind, marketing.occurred_at) == ("agent", said.occurred_at)
    assert only(database, Audit, verb="consent.record").detail["records"] == numbers
    event = rows(database, FeedEvent, kind="consent")[0]
    assert (event.word, event.conversation_id) == ("opt_in", conversation_with(database).id)
    assert allowed(database)
    assert not allowed(database, "authentication")


def test_the_same_request_is_recorded_once(database: Database) -> None:
    assert record(database, AGREED)
    assert record(database, AGREED) == []
    assert len(rows(database, ConsentRecord)) == 2
    assert len(rows(database, Audit, verb="consent.record")) == 1


def test_an_opt_out_that_was_heard_elsewhere_binds(database: Database) -> None:
    record(database, replace(AGREED, occurred_at=ago(days=2)))
    record(database, replace(SAID_NO, purposes=("marketing",), occurred_at=ago(days=1)))
    assert not allowed(database)
    assert allowed(database, "service")
    record(database, replace(SAID_NO, key="three"))
    assert database.read(lambda session: ledger.opted_out(session, ACCOUNT, conversation_with(database).contact_id))


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        (replace(AGREED, purposes=()), {"purposes": "purpose_missing"}),
        (replace(AGREED, purposes=("all",)), {"purposes": "purpose_all"}),
        (replace(SAID_NO, purposes=("sms",)), {"purposes": "purpose_unknown"}),
        (replace(AGREED, source="import"), {"source": "source_unknown"}),
        (replace(AGREED, proof=" ", wording=""), {"proof": "proof_missing", "wording": "wording_missing"}),
        (replace(SAID_NO, occurred_at=datetime.now(UTC) + timedelta(hours=1)), {"at": "moment_to_come"}),
        (replace(SAID_NO, proof="x" * 4001), {"proof": "text_too_long"}),
    ],
)
def test_what_is_missing_is_said_by_field_and_nothing_is_kept(
    database: Database, said: Expressed, faults: dict[str, str]
) -> None:
    with pytest.raises(NotRecorded) as refused:
        record(database, said)
    assert refused.value.faults == faults
    assert rows(database, ConsentRecord) == []


def test_whoever_opted_out_at_twilio_is_not_opted_in_here_until_they_write_start(database: Database) -> None:
    hear(database, "STOP", OptOutType="STOP")
    with pytest.raises(NotRecorded, match="blocked_at_twilio"):
        record(database, AGREED)
    assert record(database, SAID_NO)
    hear(database, "START", OptOutType="START")
    assert record(database, AGREED)


def test_an_auditor_records_and_corrects_nothing(database: Database) -> None:
    (number, _) = record(database, AGREED)
    for deed in (
        lambda session: recording.record(session, OTTO, 1, AGREED),
        lambda session: corrections.correct(session, OTTO, number, "wrong"),
    ):
        with pytest.raises(NotAllowed):
            database.write(deed)


@pytest.mark.parametrize("typed", ["+49 30 23125014", "GB.998877"])
def test_a_new_address_becomes_a_contact(database: Database, typed: str) -> None:
    who = command(ACCOUNT)
    said = replace(AGREED, wording="")
    database.write(lambda session: recording.record_for_address(session, who, typed, said))
    database.write(lambda session: recording.record_for_address(session, who, typed, replace(said, key="again")))
    assert only(database, Contact).country in ("DE", "GB")
    assert len(rows(database, ConsentState)) == 2
    with pytest.raises(NotRecorded, match="address_invalid"):
        database.write(lambda session: recording.record_for_address(session, who, "12", said))


def test_a_correction_is_a_record_and_may_be_corrected(database: Database) -> None:
    (marketing, _) = record(database, AGREED)
    correction = database.write(lambda session: corrections.correct(session, KIM, marketing, "Another Ava"))
    assert not allowed(database)
    assert allowed(database, "service")
    added = only(database, ConsentRecord, id=correction)
    assert (added.state, added.supersedes, added.proof) == ("invalidated", marketing, "Another Ava")
    assert rows(database, FeedEvent, kind="consent")[-1].word == "corrected"
    with pytest.raises(corrections.NotCorrected, match="corrected_already"):
        database.write(lambda session: corrections.correct(session, KIM, marketing, "Again"))
    database.write(lambda session: corrections.correct(session, KIM, correction, "It was her after all"))
    assert allowed(database)
    database.write(lambda session: corrections.correct(session, KIM, marketing, "No, it was not"))
    assert not allowed(database)


def test_what_can_not_be_corrected_says_why(database: Database) -> None:
    hear(database, "STOP", OptOutType="STOP")
    stop = only(database, ConsentRecord).id or 0
    for number, reason, code in (
        (stop, "Slip", "blocked_at_twilio"),
        (stop, " ", "reason_missing"),
        (stop + 9, "Slip", "record_unknown"),
        (stop, "x" * 1001, "text_too_long"),
    ):
        with pytest.raises(corrections.NotCorrected, match=code):
            database.write(lambda session, n=number, r=reason: corrections.correct(session, KIM, n, r))  # type: ignore[misc]
    assert len(rows(database, ConsentRecord)) == 1


def test_a_stop_by_mistake_is_undone_by_a_correction(database: Database) -> None:
    hear(database, "STOP")
    stop = only(database, ConsentRecord).id or 0
    there = conversation_with(database).contact_id
    database.write(lambda session: corrections.correct(session, KIM, stop, "Meant the delivery"))
    assert not database.read(lambda session: ledger.opted_out(session, ACCOUNT, there))
