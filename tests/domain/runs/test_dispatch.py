"""A run goes out a little at a time, is paused, goes on, is stopped, and sends nothing twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.gate import in_force
from app.domain.runs import control, lists, report
from app.domain.runs.dispatch import Dispatcher
from app.domain.runs.lists import NewRun, RunRefused
from app.domain.runs.variable_columns import ListColumns
from app.domain.sending import routing
from app.domain.sending.routing import Routing
from app.domain.sending.routing_file import RoutingFile
from app.store.database import Database
from app.store.messages import rows as message_rows
from app.store.runs import recipients as recipient_rows
from app.store.runs import rows as run_rows
from app.store.tables import Message, RunRecipient, Template, TemplateRun
from app.store.templates import rows as template_rows
from tests.support.cast import ACCOUNT, ADA, AVA, SENDER, ago, asked_message, claimed, hear, only, opt_in, rows, tell
from tests.support.runs import listed, messages, number_of, planned, recipients, started
from tests.support.templates import template


def state_of(database: Database) -> tuple[str, str]:
    """State and reason of the run."""
    run = only(database, TemplateRun)
    return run.state, run.reason


def accept(database: Database, *, fail: str = "") -> None:
    """Twilio takes what a sender claims, and says at once that it failed where told so."""
    for outgoing in claimed(database, 200):
        sid = f"SM{outgoing.message_id:032x}"
        database.write(
            lambda session, one=outgoing, sid=sid: message_rows.update(  # type: ignore[misc]
                session, ACCOUNT, one.message_id, state="accepted", sid=sid, status="queued"
            )
        )
        if fail:
            tell(database, sid, "undelivered", fail)


def test_a_run_goes_out_and_ends(database: Database) -> None:
    run = planned(database, listed(database, 3))
    out = started(database, run)
    assert out.work() == 3
    assert out.work() == 0
    first = messages(database)[0]
    assert first.body == "Hello Name 0, your bike bike 0 is ready."
    assert first.request_key == f"run:{run.id}:2"
    accept(database)
    out.work()
    assert [state for _, state, _ in recipients(database, run)] == ["handed"] * 3
    out.work()
    assert state_of(database) == ("finished", "")
    standing = database.read(lambda session: report.standing(session, ACCOUNT, run.id or 0))
    assert (standing.sent, standing.waiting, standing.share) == (3, 0, 100)


def test_no_more_of_it_is_in_the_outbox_than_two_seconds_take(database: Database) -> None:
    run = planned(database, listed(database, 9))
    started(database, run)
    out = Dispatcher(database, ACCOUNT, rate=2)
    assert [out.work(), out.work()] == [4, 0]
    accept(database)
    assert out.work() == 4


def test_a_message_is_made_once_though_its_line_is_asked_for_again(database: Database) -> None:
    run = planned(database, listed(database, 2))
    out = started(database, run)
    out.work()
    first = messages(database)
    # As a restored backup may have it.
    as_before = {"state": "planned", "message_id": None}
    number = run.id or 0
    database.write(lambda session: recipient_rows.change_all(session, ACCOUNT, number, "queued", **as_before))
    out.work()
    assert messages(database) == first
    assert {row.message_id for row in rows(database, RunRecipient)} == {message.id for message in first}


def test_the_gate_is_asked_again_when_their_turn_comes(database: Database) -> None:
    run = planned(database, listed(database, 2))
    out = started(database, run)
    hear(database, "STOP", From=f"whatsapp:{number_of(0)}")
    out.work()
    assert recipients(database, run) == [(2, "left_out", "suppressed"), (3, "queued", "")]


def test_paused_nothing_leaves_and_then_it_goes_on(database: Database) -> None:
    run = planned(database, listed(database, 3))
    out = started(database, run)
    out.work()
    number = run.id or 0
    database.write(lambda session: control.pause(session, ADA, number))
    assert state_of(database) == ("paused", "by_hand")
    assert only(database, TemplateRun).detail == {"by": ADA.name}
    assert {message.state for message in messages(database)} == {"held"}
    assert claimed(database) == []
    assert out.work() == 0
    database.write(lambda session: control.resume(session, ADA, number))
    assert len(claimed(database)) == 3


def test_stopped_what_is_not_with_twilio_is_called_off_for_good(database: Database) -> None:
    run = planned(database, listed(database, 4))
    started(database, run)
    out = Dispatcher(database, ACCOUNT, rate=1)
    out.work()
    gone = claimed(database, 1)
    number = run.id or 0
    database.write(lambda session: control.stop(session, ADA, number))
    assert state_of(database) == ("stopped", "by_hand")
    assert claimed(database) == []
    assert [message.state for message in messages(database)] == ["sending", "cancelled"]
    assert [state for _, state, _ in recipients(database, run)] == ["queued", "called_off", "called_off", "called_off"]
    assert len(gone) == 1
    with pytest.raises(RunRefused, match="not_now"):
        database.write(lambda session: control.resume(session, ADA, number))


def test_what_an_agent_asks_for_leaves_before_a_run(database: Database) -> None:
    run = planned(database, listed(database, 3))
    started(database, run).work()
    asked = asked_message(database)
    assert [outgoing.message_id for outgoing in claimed(database, 2)] == [asked.id, messages(database)[0].id]


def test_it_begins_when_its_time_has_come(database: Database) -> None:
    run = planned(database, listed(database, 1))
    later = datetime.now(UTC) + timedelta(hours=1)
    out = started(database, run, at=later, zone="Europe/Lisbon")
    assert out.work() == 0
    assert state_of(database) == ("scheduled", "")
    database.write(lambda session: run_rows.change(session, ACCOUNT, run.id or 0, starts_at=ago(minutes=1)))
    assert out.work() == 1
    assert state_of(database) == ("running", "")


def test_too_many_failures_of_a_code_pause_it(database: Database) -> None:
    run = planned(database, listed(database, 30))
    started(database, run, stop_share=20)
    out = Dispatcher(database, ACCOUNT, rate=4.5)
    out.work()
    accept(database, fail="63024")
    out.work()
    assert state_of(database)[0] == "running"
    accept(database, fail="63024")
    out.work()
    assert state_of(database) == ("paused", "failures")
    assert only(database, TemplateRun).detail["code"] == "63024"
    number = run.id or 0
    database.write(lambda session: control.resume(session, ADA, number))
    assert out.work() > 0


def test_a_template_that_whatsapp_refuses_pauses_it_at_the_first(database: Database) -> None:
    run = planned(database, listed(database, 3))
    out = Dispatcher(database, ACCOUNT, rate=1)
    started(database, run)
    out.work()
    accept(database, fail="63041")
    out.work()
    assert state_of(database) == ("paused", "template_stopped")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [({"status": "paused"}, "template_changed"), ({"category": "MARKETING"}, "category_changed")],
)
def test_a_template_that_changed_pauses_it(database: Database, changed: dict[str, str], reason: str) -> None:
    run = planned(database, listed(database, 3))
    out = started(database, run)
    number = only(database, Template).id or 0
    database.write(lambda session: template_rows.change(session, ACCOUNT, number, **changed))
    out.work()
    assert state_of(database) == ("paused", reason)
    assert messages(database) == []
    with pytest.raises(RunRefused):
        database.write(lambda session: control.resume(session, ADA, run.id or 0))


def test_it_spends_no_more_than_it_may(database: Database) -> None:
    run = planned(database, listed(database, 5))
    started(database, run, spend_cap="0.01")
    out = Dispatcher(database, ACCOUNT, rate=0.5)
    for _ in range(4):
        out.work()
        accept(database)
    assert state_of(database) == ("paused", "spend_cap")
    assert len(messages(database)) == 2


def test_each_goes_the_way_of_the_routes(database: Database) -> None:
    service = "MG" + "d" * 32
    file = RoutingFile(by_country={"DE": service}, senders={service: "whatsapp:+4930901820"})
    opt_in(database, "whatsapp:+4915112345678", "service")
    opt_in(database, AVA, "service")
    hear(database, From=AVA)
    with routing.under(Routing(file, own_sender=SENDER)):
        sid = template(database, "Ready.").sid
        number = lists.from_numbers(database, ADA, NewRun("Bikes", sid), f"+4915112345678\n{AVA}")
        run = planned(database, only(database, TemplateRun, id=number), ListColumns())
        started(database, run).work()
    ways = {message.to_address: (message.from_address, message.messaging_service_sid) for message in messages(database)}
    assert ways == {"whatsapp:+4915112345678": ("whatsapp:+4930901820", service), AVA: (SENDER, "")}


def test_nobody_is_written_to_in_their_quiet_hours(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    run = planned(database, listed(database, 1))
    out = started(database, run)
    quiet = (
        in_force.rules()
        .of("US")
        .quiet_hours.model_copy(
            update={"purposes": ("service",), "begin": datetime.min.time(), "end": datetime.max.time()}
        )
    )
    region = in_force.rules().of("US").model_copy(update={"quiet_hours": quiet})
    monkeypatch.setitem(in_force.rules().regions, "US", region)
    out.work()
    assert recipients(database, run) == [(2, "planned", "quiet_hours")]
    assert only(database, RunRecipient).retry_at is not None
    out.work()
    assert state_of(database)[0] == "running"


def test_those_that_failed_with_a_code_become_a_new_run(database: Database) -> None:
    run = planned(database, listed(database, 2))
    out = started(database, run)
    out.work()
    accept(database)
    tell(database, messages(database)[1].sid, "undelivered", "63024")
    made = lists.from_failed(database, ADA, NewRun("Again", run.content_sid, SENDER), run.id or 0, "63024")
    assert [row.cells["cells"][0] for row in rows(database, RunRecipient, run_id=made)] == [number_of(1)]
    assert only(database, TemplateRun, id=made).mapping == only(database, TemplateRun, id=run.id).mapping


def test_the_results_say_for_each_what_became_of_them(database: Database) -> None:
    run = planned(database, listed(database, 1, "=HYPERLINK(1),x,y", ",Zoe,red", "+1 (415) 555-0000,Ann,red"))
    out = started(database, run)
    out.work()
    accept(database, fail="63024")
    parts = report.export(database, ADA, run.id or 0)
    assert parts is not None
    lines = "".join(parts).splitlines()
    assert '"2","+14155550000","+14155550000","accepted","",' in lines[1]
    assert '"63024"' in lines[1]
    assert """"3","","'=HYPERLINK(1)","bad","phone_invalid",""" in lines[2]
    assert '"4","","Zoe · red","bad","phone_missing",' in lines[3]
    assert """"5","+14155550000","'+1 (415) 555-0000","bad","duplicate",""" in lines[4]
    assert report.export(database, ADA, 10**6) is None
    assert rows(database, Message, origin="run")[0].author_kind == "agent"
