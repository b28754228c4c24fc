"""The retention page says what is kept for how long, and what the last run did; a thread says that a text is gone."""

from __future__ import annotations

import io
import re
from datetime import timedelta

from app.domain.clock import now
from app.domain.consent import imports
from app.domain.media.store import media_store_for
from app.domain.retention.run import Retention
from app.domain.runs import control
from app.store.tables import ConsentImport, Message, TemplateRun
from tests.support.cast import ACCOUNT, ADA, conversation_with, hear, only, rows
from tests.support.office import Office
from tests.support.outcomes import undelivered
from tests.support.rewriting import rewrite
from tests.support.runs import listed, planned


def retain(office: Office) -> None:
    """Delete what has had its time."""
    settings = office.application.extensions["services"].settings
    store = media_store_for(settings, office.database)
    assert Retention(office.database, settings, store, "worker:one").run() is not None


def words(page: str) -> str:
    """What a page says."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def age(office: Office, message: Message) -> None:
    """As if the message came 100 days ago."""
    rewrite(office.database, message, recorded_at=now() - timedelta(days=100))


def test_admins_and_auditors_may_look_and_agents_not(office: Office) -> None:
    assert "No run yet" in office.browser("ana").get("/settings/retention").text
    assert 'href="/settings/retention"' in office.browser("otto").get("/settings").text
    assert office.browser("kim").get("/settings/retention").status_code == 403
    assert 'href="/settings/retention"' not in office.browser("kim").get("/settings").text


def test_it_says_what_the_last_run_did_and_why_the_rest_stays(office: Office) -> None:
    age(office, hear(office.database, "A heron"))
    age(office, hear(office.database, "STOP"))
    retain(office)
    said = words(office.browser("otto").get("/settings/retention").text)
    assert "how it was delivered, stays. 90 days MESSAGE_TEXT_DAYS 1 deleted" in said
    assert "1 stays: a consent record rests on it." in said
    assert "Last run:" in said
    assert "The audit Nothing in it is ever changed or deleted. for ever" in said


def test_a_thread_and_the_inbox_say_that_the_text_is_deleted(office: Office) -> None:
    age(office, hear(office.database, "A secret heron"))
    there = conversation_with(office.database).id
    retain(office)
    kim = office.browser("kim")
    thread, inbox = kim.get(f"/conversations/{there}").text, kim.get("/?tab=all").text
    assert "Text deleted after 100 days" in words(thread)
    assert "Text deleted" in words(inbox)
    assert "heron" not in thread + inbox
    assert "A secret" not in kim.get("/?tab=all&q=heron").text


def test_a_thread_whose_addresses_are_deleted_is_shown_with_what_failed_in_it(office: Office) -> None:
    failed = undelivered(office.database, "63016")
    for message in rows(office.database, Message):
        rewrite(office.database, message, recorded_at=now() - timedelta(days=800))
    retain(office)
    assert only(office.database, Message, id=failed.id).to_address == ""
    ana, there = office.browser("ana"), conversation_with(office.database)
    for page in (
        f"/conversations/{there.id}",
        "/?tab=all",
        "/failures",
        "/failures/63016",
        f"/messages/{failed.id}/again",
    ):
        assert ana.get(page).status_code == 200, page
    assert ana.get(f"/consent/people/{there.contact_id}/sheet").text.count("deleted after its time") == 1


def test_pages_of_lists_say_that_what_they_held_is_deleted(office: Office) -> None:
    run = planned(office.database, listed(office.database, 1, "heron,No,number"))
    office.database.write(lambda session: control.drop(session, ADA, run.id or 0))
    line = b"+14155550123,in,marketing,2026-01-05,form,Yes,x"
    file = io.BytesIO(b"Phone,Action,Purpose,Date,Source,Wording,Proof\n" + line)
    number = imports.stage(office.database, ADA, "list.csv", file)
    mapping = {**only(office.database, ConsentImport).mapping, "country": "", "action": "", "purpose": ""}
    mapping["month_first"] = False
    office.database.write(lambda session: imports.check(session, ADA, number, mapping))
    imports.work(office.database, ACCOUNT)
    office.database.write(lambda session: imports.apply(session, ADA, number))
    imports.work(office.database, ACCOUNT)
    old = now() - timedelta(days=100)
    rewrite(office.database, only(office.database, TemplateRun), ended_at=old)
    rewrite(office.database, only(office.database, ConsentImport), applied_at=old)
    retain(office)
    ana = office.browser("ana")
    assert "Numbers, names and variables were deleted" in words(ana.get(f"/runs/{run.id}").text)
    left_out = ana.get(f"/runs/{run.id}/left-out?state=bad").text
    assert ("heron" not in left_out, '<td class="num">3</td>' in left_out) == (True, True)
    brought = words(ana.get(f"/consent/import/{number}").text)
    assert "What its lines said was deleted" in brought
    assert "415555" not in brought
    assert "Lists of runs" in words(ana.get("/settings/retention").text)
