"""A run step by step, as an admin does it."""

from __future__ import annotations

import io
import re
from typing import Any

from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app.domain.contacts import fields, labels
from app.domain.runs import control, daily_limit, planning
from app.domain.runs.control import Terms
from app.domain.runs.dispatch import Dispatcher
from app.store.tables import Audit, Message, TemplateRun
from tests.support.cast import ACCOUNT, ADA, AVA, conversation_with, only, opt_in, rows
from tests.support.office import AS_A_BROWSER, Browser, Office
from tests.support.standin import StandIn
from tests.support.templates import TEXT, template

LIST = "Phone;Name;Bike\n+14155550001;<b>Ann</b>;red\n+14155550002;Bo;blue\n4,49E+11;Cy;green\n"
COLUMNS = {"phone": "0", "variable-1": "1", "variable-2": "2"}


def bring(browser: Browser, content_sid: str, content: str = LIST, **fields: Any) -> str:
    """Name it, choose template and file, and send the form; the run's address, or the page that says why not."""
    key = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/runs/new").text)
    form = {
        "csrf_token": key[1] if key else "",
        "name": "Bikes",
        "content_sid": content_sid,
        "file": FileStorage(io.BytesIO(content.encode()), "bikes.csv"),
        **fields,
    }
    boundary, body = encode_multipart(form)
    kind = f"multipart/form-data; boundary={boundary}"
    answer = browser.client.post("/runs/new", data=body, content_type=kind, headers=AS_A_BROWSER)
    return answer.headers.get("Location") or answer.text


def test_from_the_list_to_the_results(at_twilio: Office, standin: StandIn) -> None:
    ana, database = at_twilio.browser("ana"), at_twilio.database
    sid = template(database).sid
    standin.simulator.control("templates", sid=sid, text=TEXT)
    opt_in(database, "whatsapp:+14155550001", "service")
    assert f'value="{sid}"' in ana.get("/runs/new").text
    there = bring(ana, sid)
    assert "What the columns hold" in ana.get(there).text
    assert ana.post(f"{there}/columns", COLUMNS).location == there
    assert "Being planned" in ana.get(f"{there}/progress").text
    planning.work(database, ACCOUNT)
    assert ana.get(f"{there}/progress?state=planning").headers["HX-Refresh"] == "true"
    assert "HX-Refresh" not in ana.get(f"{there}/progress?state=planned").headers
    page = ana.get(there).text
    assert "Hello &lt;b&gt;Ann&lt;/b&gt;, your bike red is ready." in page
    assert "Send to 1 person" in page
    assert "its last digits are lost" in page
    why = re.sub(r"<[^>]+>", " ", ana.get(f"{there}/left-out").text)
    assert "no opt-in" in why.lower()
    assert "4,49E+11" in ana.get(f"{there}/left-out?state=bad").text
    assert rows(database, Message) == []
    standin.simulator.control("approval", sid=sid, status="paused")
    assert "can&#39;t be sent now" in ana.post(f"{there}/start", {"stop_share": "10"}).text
    standin.simulator.control("approval", sid=sid, status="approved")
    ana.post(f"{there}/start", {"at": "", "stop_share": "10", "spend_cap": ""})
    Dispatcher(database, ACCOUNT, 0).work()
    assert only(database, Message, origin="run").to_address == "whatsapp:+14155550001"
    ana.post(f"{there}/pause")
    assert "Go on" in ana.get(f"{there}/progress").text
    ana.post(f"{there}/stop")
    assert "Stopped" in ana.get(there).text
    assert "+14155550001" in ana.get(f"{there}/results.csv").text
    told = [row.verb for row in rows(database, Audit) if row.subject_kind == "run"]
    assert told == ["run.create", "run.start", "run.pause", "run.stop", "run.export"]
    assert "Bikes" in ana.get("/runs").text


def test_how_many_may_be_reached_today_is_said_beforehand(office: Office) -> None:
    ana, database = office.browser("ana"), office.database
    for number in (1, 2):
        opt_in(database, f"whatsapp:+1415555000{number}", "service")
    there = bring(ana, template(database).sid)
    ana.post(f"{there}/columns", COLUMNS)
    planning.work(database, ACCOUNT)
    assert "Different people" not in ana.get(there).text
    with daily_limit.under(1):
        page = ana.get(there).text
        assert "in 24 hours: 1; free now: 1." in page
        assert "go out by themselves" in page
        number = only(database, TemplateRun).id or 0
        database.write(lambda session: control.start(session, ADA, number, Terms()))
        Dispatcher(database, ACCOUNT, 0).work()
        Dispatcher(database, ACCOUNT, 0).work()
        assert "It waits: the limit of 1 different people" in ana.get(f"{there}/progress").text


def test_what_is_wrong_is_said_where_it_is(office: Office) -> None:
    ana, sid = office.browser("ana"), template(office.database).sid
    assert "Give the run a name" in bring(ana, sid, name=" ")
    assert "no such template" in bring(ana, "HX" + "0" * 32)
    unread = bring(ana, sid, "a\x00b" * 300 + "\x00\x01\x02")
    assert "This is no CSV file" in unread
    assert unread.count('list_wrong" aria-invalid="true"') == 2
    there = bring(ana, sid)
    assert "what fills each variable" in ana.post(f"{there}/columns", {"phone": "0"}).text
    ana.post(f"{there}/columns", COLUMNS)
    planning.work(office.database, ACCOUNT)
    late = {"at": "2001-01-01T10:00", "zone": "UTC"}
    assert "This time is over" in ana.post(f"{there}/start", late).text
    assert "Twilio could not be asked" in ana.post(f"{there}/start", {}).text
    assert only(office.database, TemplateRun).state == "planned"


def test_it_goes_to_the_people_of_a_label(office: Office) -> None:
    ana, sid, database = office.browser("ana"), template(office.database).sid, office.database
    there = conversation_with(database, AVA).contact_id
    database.write(lambda session: labels.add(session, ADA, there, "<i>vip</i>"))
    assert 'value="&lt;i&gt;vip&lt;/i&gt;"' in ana.get("/runs/new").text
    none = FileStorage(io.BytesIO(b""), "")
    assert "Nobody fits all of this" in bring(ana, sid, file=none, label="<i>vip</i>", country="FR")
    assert "say which people" in bring(ana, sid, file=none)
    assert "in more than one way" in bring(ana, sid, label="<i>vip</i>")
    assert "in more than one way" in bring(ana, sid, file=none, label="<i>vip</i>", numbers="+14155550123")
    page = ana.get(bring(ana, sid, file=none, label="<i>vip</i>")).text
    assert "What the columns hold" in page
    assert AVA.removeprefix("whatsapp:") in page


def test_a_variable_is_filled_by_a_field_of_people(office: Office) -> None:
    ana, database = office.browser("ana"), office.database
    ava = conversation_with(database, AVA).contact_id
    database.write(lambda session: fields.add(session, ADA, ava, "<i>order", "<b>4711"))
    opt_in(database, AVA, "service")
    there = bring(ana, template(database).sid, f"Phone;Name\n{AVA};Ava\n+14155550001;Bo\n")
    opt_in(database, "whatsapp:+14155550001", "service")
    assert '<option value="field:&lt;i&gt;order">' in ana.get(there).text
    filled = {**COLUMNS, "variable-2": "field:"}
    assert "what fills each variable" in ana.post(f"{there}/columns", filled).text
    ana.post(f"{there}/columns", {**filled, "variable-2": "field:<i>Order"})
    planning.work(database, ACCOUNT)
    page = ana.get(there).text
    assert "your bike &lt;b&gt;4711 is ready." in page
    assert "Send to 1 person" in page
    assert '<option value="field:&lt;i&gt;order" selected>' in page
    why = ana.get(f"{there}/left-out").text
    assert "+1 415-555-0001" in why
    assert "No value for 2 (field: &lt;i&gt;order)." in why
    mistyped = ana.post(f"{there}/columns", {**filled, "variable-2": "field:<i>ordr"})
    assert (mistyped.status_code, "Is it one of these: &lt;i&gt;order?" in mistyped.text) == (422, True)


def test_what_was_dropped_is_listed_no_more(office: Office) -> None:
    ana, sid = office.browser("ana"), template(office.database).sid
    there = bring(ana, sid, name="Wrong list")
    bring(ana, sid, name="Right list")
    assert "Wrong list" in ana.get("/runs").text
    ana.post(f"{there}/drop")
    page = ana.get("/runs").text
    assert ("Wrong list" in page, "Right list" in page) == (False, True)
    assert "Dropped" in ana.get(there).text


def test_agents_look_and_do_not_send(office: Office) -> None:
    ana, kim = office.browser("ana"), office.browser("kim")
    there = bring(ana, template(office.database).sid)
    assert kim.get(there).status_code == 200
    assert kim.get("/runs/new").status_code == 403
    assert kim.post(f"{there}/drop").status_code == 403
    assert kim.get(f"{there}/results.csv").status_code == 403
