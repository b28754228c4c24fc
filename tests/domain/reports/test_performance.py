"""What became of templates, told by the records of what happened."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from app.domain.access import NotAllowed
from app.domain.clock import now
from app.domain.consent import corrections
from app.domain.gate.draft import Draft
from app.domain.reports import export, performance
from app.domain.reports.performance import Counts, Line, Wanted
from app.domain.sending import answers, outbox
from app.gateways.twilio.outcomes import Accepted, Refused, ResponseDetails
from app.store.database import Database, Session
from app.store.inserts import insert_many
from app.store.tables import Audit, ConsentRecord, Message
from tests.support.cast import (
    ACCOUNT,
    ADA,
    AVA,
    KIM,
    SENDER,
    STRANGER,
    ago,
    claimed,
    conversation_with,
    hear,
    new_sid,
    only,
    opt_in,
    rows,
    tell,
)
from tests.support.rewriting import rewrite
from tests.support.templates import template

BO, CY, DEE = "whatsapp:+447400123456", "whatsapp:+447400123457", "whatsapp:+4915112345678"


def sent(database: Database, content_sid: str, customer: str, status: str = "", code: str = "") -> Message:
    """A template that Kim sends, two days ago, to somebody who agreed; Twilio takes it and tells `status`.

    With only a `code` Twilio refuses it.
    """
    opt_in(database, customer, at=ago(days=20))
    there = conversation_with(database, customer).id or 0
    draft = Draft(content_sid=content_sid, content_variables=(("1", "Ann"), ("2", "red")))
    asked = database.write(lambda session: outbox.enqueue(session, KIM, there, draft, ""))
    assert asked.message_id, asked.decision
    outgoing = next(one for one in claimed(database) if one.message_id == asked.message_id)
    refused, taken = Refused(ResponseDetails(400, error_code=code)), Accepted(new_sid(), "queued", ResponseDetails(201))
    answer = refused if code and not status else taken
    database.write(lambda session: answers.record(session, outgoing, answer))
    message = only(database, Message, id=asked.message_id)
    if status:
        tell(database, message.sid, status, code)
    rewrite(database, message, occurred_at=ago(days=2))
    return only(database, Message, id=asked.message_id)


def seen(database: Database, days: int = 7) -> list[Line]:
    """The lines of some days of UTC."""
    calendar = performance.days_until(now(), days, UTC)
    return database.read(lambda session: performance.lines(session, KIM, calendar, UTC))


def counts(database: Database) -> Counts:
    """All that happened, added up."""
    return performance.total(seen(database))


def test_each_is_counted_where_it_belongs(database: Database) -> None:
    english, german = template(database).sid, template(database, language="de").sid
    for customer, status in ((AVA, "read"), (BO, "delivered"), (CY, "sent")):
        sent(database, english, customer, status)
    sent(database, german, DEE, "undelivered", "63049")
    sent(database, german, BO, code="63016")
    found = seen(database)
    assert performance.total(found) == Counts(sent=4, delivered=2, read=1, failed=2)
    assert performance.by(found, lambda line: line.template) == [
        ("bike_ready", Counts(sent=4, delivered=2, read=1, failed=2))
    ]
    by_language = dict(performance.by(found, lambda line: line.language))
    assert by_language == {"en": Counts(3, 2, 1), "de": Counts(1, failed=2)}
    by_country = dict(performance.by(found, lambda line: line.country))
    assert by_country == {"US": Counts(1, 1, 1), "GB": Counts(2, 1, failed=1), "DE": Counts(1, failed=1)}
    assert {line.sender for line in found} == {"whatsapp:+14155238886"}
    assert [line.day for line in found if line.country == "DE"] == [ago(days=2).date()]
    assert database.read(lambda s: performance.lines(s, STRANGER, [ago(days=2).date()], UTC)) == []


def test_a_reply_counts_for_a_day_and_not_for_what_failed(database: Database) -> None:
    sid = template(database).sid
    for customer, hours, status, code in (
        (AVA, 23.9, "delivered", ""),
        (BO, 24.1, "read", ""),
        (CY, -0.1, "read", ""),
        (DEE, 1, "failed", "63024"),
    ):
        message = sent(database, sid, customer, status, code)
        reply = hear(database, "Thank you", From=customer)
        rewrite(database, reply, occurred_at=message.occurred_at + timedelta(hours=hours))
    assert counts(database) == Counts(sent=4, delivered=3, read=2, replied=1, failed=1)


def test_an_opt_out_counts_until_it_is_corrected(database: Database) -> None:
    sid = template(database).sid
    message = sent(database, sid, AVA, "read")
    hear(database, "STOP", at=message.occurred_at + timedelta(hours=2))
    late = sent(database, sid, BO, "read")
    hear(database, "STOP", From=BO, at=late.occurred_at + timedelta(hours=25))
    assert counts(database).opted_out == 1
    record = only(database, ConsentRecord, state="withdrawn", occurred_at=message.occurred_at + timedelta(hours=2))
    database.write(lambda session: corrections.correct(session, ADA, record.id or 0, "A mistake of ours"))
    assert counts(database).opted_out == 0


def test_days_are_those_of_the_zone(database: Database) -> None:
    message = sent(database, template(database).sid, AVA, "read")
    rewrite(database, message, occurred_at=datetime(2026, 3, 29, 22, 30, tzinfo=UTC))
    berlin, at = ZoneInfo("Europe/Berlin"), datetime(2026, 3, 30, 9, tzinfo=UTC)
    days = performance.days_until(at, 3, berlin)
    found = database.read(lambda session: performance.lines(session, KIM, days, berlin))
    by_day = performance.by_day(found, days)
    assert [(str(day), one.sent) for day, one in by_day] == [("2026-03-28", 0), ("2026-03-29", 0), ("2026-03-30", 1)]


def test_the_export_is_written_down_and_runs_no_formula(database: Database) -> None:
    sent(database, template(database, friendly_name="=1+1").sid, AVA, "read")
    days = performance.days_until(now(), 7, UTC)
    table = export.as_csv(database, ADA, days, UTC, Wanted(country="US"))
    head, line = table.splitlines()
    assert head.startswith('"day","template","content_sid"')
    assert '"\'=1+1"' in line
    assert line.endswith('"US","+14155238886","1","1","1","0","0","0"')
    assert [(row.verb, row.detail) for row in rows(database, Audit) if row.subject_kind == "account"] == [
        ("report.export", {"days": 7})
    ]
    assert len(export.as_csv(database, ADA, days, UTC, Wanted(country="DE")).splitlines()) == 1
    with pytest.raises(NotAllowed):
        export.as_csv(database, KIM, days, UTC, Wanted())


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_only_the_templates_of_the_days_are_read(database: Database) -> None:
    asked: list[tuple[str, Any]] = []
    sa.event.listen(database.reads, "before_cursor_execute", lambda *heard: asked.append((heard[2], heard[3])))
    seen(database, days=1)
    statement, values = next(one for one in asked if "FROM message" in one[0])
    with database.reads.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", tuple(values)).all()
    steps = [row[3] for row in plan]
    assert any("ix_message_template (account_sid=? AND occurred_at>? AND occurred_at<?)" in step for step in steps)
    assert any("ix_message_thread (account_sid=? AND conversation_id=? AND occurred_at>?" in step for step in steps)
    assert any("ix_consent_record_opt_out (account_sid=? AND occurred_at>?" in step for step in steps)
    tables = tuple(f"SCAN {name}" for name in SQLModel.metadata.tables)
    assert not [step for step in steps if step.endswith("(account_sid=?)") or step.startswith(tables)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_thrice_the_templates_in_a_silent_conversation_take_thrice_the_steps(database: Database) -> None:
    """Steps of SQLite's machine, counted by the thousand."""
    there, at = conversation_with(database).id, ago(days=1)

    def add(count: int) -> None:
        row = {"account_sid": ACCOUNT, "conversation_id": there, "direction": "outbound", "kind": "text",
               "from_address": SENDER, "to_address": AVA, "content_sid": "HX" + "a" * 32, "state": "accepted",
               "occurred_at": at, "recorded_at": at}  # fmt: skip
        many = [{**row, "occurred_at": at + timedelta(seconds=number)} for number in range(count)]
        database.write(lambda session: insert_many(session, Message, many))

    add(500)
    few = _steps_of_a_report(database)
    add(1000)
    assert few * 2 < _steps_of_a_report(database) < few * 4


def _steps_of_a_report(database: Database) -> int:
    steps = [0]

    def count() -> None:
        steps[0] += 1

    def asked(session: Session) -> None:
        driver: Any = session.connection().connection.driver_connection
        driver.set_progress_handler(count, 1000)
        performance.lines(session, KIM, performance.days_until(now(), 3, UTC), UTC)
        driver.set_progress_handler(None, 0)

    database.read(asked)
    return steps[0]
