"""The account's templates here are those at Twilio, and what changed is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from app.domain.access import NotAllowed
from app.domain.templates import sync
from app.domain.templates.sync import Synced
from app.gateways.twilio.content import ContentUnavailable, TwilioContent
from app.store.database import Database
from app.store.tables import Audit, Template, TemplateChange
from app.store.templates import rows as stored
from app.worker.template_jobs import TemplateJobs
from tests.support.cast import ACCOUNT, KIM, OTTO, ago, only, rows
from tests.support.standin import StandIn
from tests.support.templates import template

SID, OTHER = "HX" + "1" * 32, "HX" + "2" * 32


@pytest.fixture
def contents(standin: StandIn) -> Iterator[TwilioContent]:
    made = TwilioContent(standin.settings)
    yield made
    made._http.session.close()  # type: ignore[union-attr]


@pytest.fixture
def read(database: Database, contents: TwilioContent) -> Callable[[], Synced]:
    return lambda: sync.sync(database, contents, KIM)


Read = Callable[[], Synced]


def told(standin: StandIn, sid: str = SID, **more: Any) -> None:
    standin.simulator.control("templates", **{"sid": sid, "text": "Hello {{1}}, it is ready.", **more})


@pytest.mark.parametrize("shape", ["nested", "flat", "list"])
def test_all_pages_are_read_in_every_shape(standin: StandIn, database: Database, read: Read, shape: str) -> None:
    standin.simulator.control("settings", approval_shape=shape, content_page=2)
    for number in range(5):
        told(standin, f"HX{number:032x}", status="approved" if number else "unsubmitted", variables={"1": "Ava"})
    assert read().total == 5
    found = {template.sid: template for template in rows(database, Template)}
    assert len(found) == 5
    assert (found[f"HX{0:032x}"].status, found[f"HX{0:032x}"].category) == ("unsubmitted", "")
    one = found[f"HX{1:032x}"]
    assert (one.status, one.category, one.kind) == ("approved", "UTILITY", "twilio/text")
    assert (one.body, one.variables) == ("Hello {{ 1 }}, it is ready.", {"1": "Ava"})
    assert read().news == 0


def test_what_changed_is_kept_and_in_the_audit(standin: StandIn, database: Database, read: Read) -> None:
    told(standin)
    told(standin, OTHER)
    read()
    standin.simulator.control("approval", sid=SID, status="In_Appeal", category="LOYALTY", rejection_reason="odd")
    standin.simulator.ask("DELETE", f"/control/templates/{OTHER}")
    assert read() == Synced(total=1, changed=(SID,), gone=(OTHER,))
    one = only(database, Template, sid=SID)
    assert (one.status, one.category, one.rejection_reason) == ("in_appeal", "LOYALTY", "odd")
    changes = {(row.what, row.before, row.after) for row in rows(database, TemplateChange) if row.what != "new"}
    assert changes == {
        ("status", "approved", "in_appeal"),
        ("category", "UTILITY", "LOYALTY"),
        ("gone", "approved", ""),
    }
    audited = {row.detail["what"] for row in rows(database, Audit, verb="template.changed")}
    assert audited == {"status", "category", "gone"}
    told(standin, OTHER)
    assert read().changed == (OTHER,)
    assert only(database, Template, sid=OTHER).gone_at is None


def test_of_a_list_that_breaks_off_nothing_is_kept(standin: StandIn, database: Database, read: Read) -> None:
    told(standin)
    told(standin, OTHER)
    read()
    standin.simulator.control("settings", content_page=1)
    standin.simulator.ask("DELETE", f"/control/templates/{SID}")
    told(standin, "HX" + "3" * 32)
    standin.fails_next("content_list", "500")
    with pytest.raises(ContentUnavailable):
        read()
    assert only(database, Template, sid=SID).gone_at is None
    assert len(rows(database, Template)) == 2


@pytest.mark.parametrize("behaviour", ["500", "429", "drop", "not_json", "cut"])
def test_trouble_at_twilio_is_said_and_changes_nothing(
    standin: StandIn, database: Database, contents: TwilioContent, behaviour: str
) -> None:
    told(standin)
    standin.fails_next("content", behaviour)
    with pytest.raises(ContentUnavailable):
        sync.check(database, contents, KIM, SID)
    assert rows(database, Template) == []


def test_one_is_asked_about_again(standin: StandIn, database: Database, contents: TwilioContent) -> None:
    assert sync.check(database, contents, KIM, SID) is None
    told(standin)
    found = sync.check(database, contents, KIM, SID)
    assert found is not None
    standin.simulator.control("approval", sid=SID, status="paused")
    paused = sync.check(database, contents, KIM, SID)
    assert paused is not None
    assert paused.status == "paused"
    standin.simulator.ask("DELETE", f"/control/templates/{SID}")
    assert sync.check(database, contents, KIM, SID) is None
    assert only(database, Template, sid=SID).gone_at is not None


def test_an_auditor_asks_nothing_of_twilio(database: Database, contents: TwilioContent) -> None:
    with pytest.raises(NotAllowed):
        sync.sync(database, contents, OTTO)


def test_the_worker_reads_at_its_start_and_not_at_every_tick(standin: StandIn, database: Database) -> None:
    told(standin)
    jobs = TemplateJobs(standin.settings, database, "worker:1")
    jobs.sync_templates()
    assert only(database, Template).sid == SID
    told(standin, OTHER)
    jobs.sync_templates()
    assert len(rows(database, Template)) == 1
    TemplateJobs(standin.settings, database, "worker:2").sync_templates()
    assert len(rows(database, Template)) == 2
    jobs._contents._http.session.close()  # type: ignore[union-attr]


def test_what_was_made_while_the_list_was_read_is_not_gone(database: Database) -> None:
    one = template(database, synced_at=ago(minutes=1))
    database.write(lambda session: sync.apply_all(session, KIM, [], ago(minutes=2)))
    assert only(database, Template, id=one.id).gone_at is None
    database.write(lambda session: sync.apply_all(session, KIM, [], ago()))
    assert only(database, Template, id=one.id).gone_at is not None
    assert database.read(lambda session: stored.listed_at(session, ACCOUNT)) is not None
