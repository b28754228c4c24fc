"""Lists of runs and of imports lose what names people after their time, and keep what became of each line."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.domain.clock import now
from app.domain.consent import imports
from app.domain.consent.import_lines import FAULTS
from app.domain.media.store import media_store_for
from app.domain.retention import kinds
from app.domain.retention.plan import plan
from app.domain.runs import control, lists, report
from app.domain.runs.lists import NewRun, RunRefused
from app.settings import Settings
from app.store.consent import import_faults
from app.store.database import Database
from app.store.tables import ConsentImport, ConsentImportLine, ConsentRecord, RunRecipient, TemplateRun
from tests.support.cast import ACCOUNT, ADA, only, rows
from tests.support.rewriting import rewrite
from tests.support.runs import listed, planned, started

OLD = timedelta(days=91)
FILE = b"""Phone,Action,Purpose,Date,Source,Wording,Proof
+14155550123,in,marketing,2026-01-05,form,I want news,https://shop.example/1
+14155550124,in,marketing,2026-01-05,form,I want news,https://shop.example/2
heron,in,marketing,2026-01-05,form,I want news,https://shop.example/3
"""


Retain = Callable[[], dict[str, Any]]


def test_a_runs_list_goes_and_its_results_stay(
    database: Database, settings: Settings, retain: Retain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "CHUNK", 2)
    run = planned(database, listed(database, 3, "heron,No,number"))
    started(database, run).work()
    before = database.read(lambda session: report.standing(session, ACCOUNT, run.id or 0))
    states = [(one.line, one.state, one.reason, one.message_id) for one in rows(database, RunRecipient)]
    assert "run_lists" not in retain(), "it is under way"
    database.write(lambda session: control.stop(session, ADA, run.id or 0))
    stopped = database.read(lambda session: report.standing(session, ACCOUNT, run.id or 0))
    rewrite(database, only(database, TemplateRun), ended_at=now() - OLD)
    planned_now = {one.kind: one for one in plan(database, settings, media_store_for(settings, database), now())}
    assert (planned_now["run_lists"].count, planned_now["run_lists"].days) == (4, 90)
    assert retain()["run_lists"]["deleted"] == 4
    lines = rows(database, RunRecipient)
    assert {(str(one.cells["cells"]), one.address, one.person, str(one.variables)) for one in lines} == {
        ("[]", "", "", "{}")
    }
    assert [(one.line, one.message_id) for one in lines] == [(state[0], state[3]) for state in states]
    assert database.read(lambda session: report.standing(session, ACCOUNT, run.id or 0)) == stopped != before
    assert only(database, TemplateRun).list_deleted_at is not None
    assert retain().get("run_lists", {}).get("deleted", 0) == 0
    told = "".join(report.export(database, ADA, run.id or 0) or ())
    assert "4155550" not in told
    assert told.count("cancelled") == 3
    with pytest.raises(RunRefused) as refused:
        lists.from_failed(database, ADA, NewRun("Again", run.content_sid), run.id or 0, "63016")
    assert refused.value.code == "list_deleted"


def test_a_run_that_nobody_decided_about_is_dropped_and_one_that_waits_for_its_time_is_not(
    database: Database, retain: Retain
) -> None:
    waits = listed(database, 1)
    soon = planned(database, listed(database, 1))
    started(database, soon, at=now() + timedelta(days=1))
    for run in rows(database, TemplateRun):
        rewrite(database, run, created_at=now() - OLD)
    assert retain()["run_lists"]["deleted"] == 1
    assert [only(database, TemplateRun, id=run.id).state for run in (waits, soon)] == ["dropped", "scheduled"]
    assert only(database, RunRecipient, run_id=soon.id).address != ""


def test_an_imports_lines_go_and_its_records_stay_and_can_be_taken_back(database: Database, retain: Retain) -> None:
    number = imports.stage(database, ADA, "list.csv", io.BytesIO(FILE))
    guessed = only(database, ConsentImport).mapping
    mapping = {"country": "", "action": "", "purpose": "", "month_first": False, **guessed}
    database.write(lambda session: imports.check(session, ADA, number, mapping))
    imports.work(database, ACCOUNT)
    database.write(lambda session: imports.apply(session, ADA, number))
    imports.work(database, ACCOUNT)
    assert "import_lists" not in retain()
    rewrite(database, only(database, ConsentImport), applied_at=now() - OLD)
    said = sorted((one.proof, one.notice_text, one.detail["line"]) for one in rows(database, ConsentRecord))
    assert retain()["import_lists"]["deleted"] == 3
    assert all(one.cells == {"cells": []} and one.understood == {} for one in rows(database, ConsentImportLine))
    bad = database.read(lambda session: import_faults.lines(session, ACCOUNT, number, FAULTS, 0, 9))
    assert [(one.line, one.fault) for one in bad] == [(4, "phone_invalid")]
    assert sorted((one.proof, one.notice_text, one.detail["line"]) for one in rows(database, ConsentRecord)) == said
    database.write(lambda session: imports.take_back(session, ADA, number))
    imports.work(database, ACCOUNT)
    assert (only(database, ConsentImport).state, only(database, ConsentImport).settled) == ("taken_back", True)


def test_a_file_that_was_never_applied_is_dropped(database: Database, retain: Retain) -> None:
    imports.stage(database, ADA, "list.csv", io.BytesIO(FILE))
    rewrite(database, only(database, ConsentImport), created_at=now() - OLD)
    assert retain()["import_lists"]["deleted"] == 3
    imports.work(database, ACCOUNT)
    assert (only(database, ConsentImport).state, rows(database, ConsentImportLine)) == ("dropped", [])
