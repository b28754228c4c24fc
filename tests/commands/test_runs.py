"""`bin/switchboard runs`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.commands import left_out_reasons
from app.commands.run_refusals import WHY
from app.domain.contacts import fields, labels
from app.domain.runs.dispatch import Dispatcher
from app.gate_words import GATE_RULES
from app.run_words import RUN_LINE_FAULTS, RUN_REFUSALS
from app.store.database import Database
from app.store.tables import Message, RunRecipient, TemplateRun
from app.web.words import runs as words
from tests.support.cast import ACCOUNT, ADA, AVA, conversation_with, hear, only, opt_in, rows
from tests.support.standin import StandIn
from tests.support.templates import TEXT, template


def test_from_the_list_to_the_end(
    switchboard: Callable[..., Any], standin: StandIn, database: Database, tmp_path: Path
) -> None:
    sid = template(database).sid
    standin.simulator.control("templates", sid=sid, text=TEXT)
    opt_in(database, "whatsapp:+14155550001", "service")
    file = tmp_path / "bikes.csv"
    file.write_text("phone,who,what\n+14155550001,Ann,red\n+14155550002,Bo,blue\n")
    options = ("--name", "Bikes", "--content-sid", sid, "--file", str(file))
    done = switchboard("runs", "create", *options, "--variable", "1=who", "--variable", "2:=a bike", "--start")
    assert done.code == 0, done.err
    assert "left out, consent_missing: 1" in done.out
    assert only(database, TemplateRun).state == "running"
    Dispatcher(database, ACCOUNT, 0).work()
    assert only(database, Message, origin="run").body == "Hello Ann, your bike a bike is ready."
    number = str(only(database, TemplateRun).id)
    assert "paused" in switchboard("runs", "pause", number).out
    assert "running" in switchboard("runs", "resume", number).out
    assert "stopped" in switchboard("runs", "stop", number).out
    done = switchboard("runs", "resume", number)
    assert (done.code, WHY["not_now"] in done.err) == (1, True)
    assert "called off: 1" in switchboard("runs", "show", number).out
    assert '"state": "stopped"' in switchboard("runs", "list", "--output", "json").out


def test_a_variable_that_is_given_twice_is_refused(switchboard: Callable[..., Any], database: Database) -> None:
    options = ("--name", "Bikes", "--content-sid", template(database).sid, "--to", "+14155550001")
    done = switchboard("runs", "create", *options, "--variable", "1:=Ann", "--variable", "2:=x", "--variable", "1:=Bo")
    assert (done.code, only(database, TemplateRun).state) == (1, "dropped")
    assert "--variable is given more than once for: 1" in done.err


def test_a_run_to_a_label(switchboard: Callable[..., Any], database: Database) -> None:
    there = conversation_with(database, AVA).contact_id
    database.write(lambda session: labels.add(session, ADA, there, "vip"))
    sid = template(database).sid
    options = ("--name", "Bikes", "--content-sid", sid, "--label", "VIP")
    done = switchboard("runs", "create", *options, "--variable", "1=name", "--variable", "2:=a bike")
    assert done.code == 0, done.err
    assert "waiting: 1" in done.out


def test_a_run_filled_by_a_field_of_people(switchboard: Callable[..., Any], database: Database) -> None:
    there = conversation_with(database, AVA).contact_id
    database.write(lambda session: fields.add(session, ADA, there, "bike", "4711"))
    opt_in(database, AVA, "service")
    options = ("--name", "Bikes", "--content-sid", template(database).sid, "--to", AVA.removeprefix("whatsapp:"))
    done = switchboard("runs", "create", *options, "--variable", "1:=there", "--variable", "2=field:Bike")
    assert done.code == 0, done.err
    assert only(database, RunRecipient).variables == {"1": "there", "2": "4711"}


def test_who_lacks_a_value_is_named_with_the_field(switchboard: Callable[..., Any], database: Database) -> None:
    ava = conversation_with(database, AVA).contact_id
    database.write(lambda session: fields.add(session, ADA, ava, "order number", "4711"))
    opt_in(database, AVA, "service")
    hear(database, From="whatsapp:+14155550001", ProfileName="Bo\x1b[31m")
    opt_in(database, "whatsapp:+14155550001", "service")
    to = ("--to", AVA.removeprefix("whatsapp:"), "--to", "+14155550001", "--to", "123")
    options = ("--name", "Bikes", "--content-sid", template(database).sid, *to, "--variable", "1:=there")
    done = switchboard("runs", "create", *options, "--variable", "2=field:ordr number")
    assert (done.code, done.err) == (1, "Error: Nobody has a field ordr number. Is it one of these: order number?\n")
    done = switchboard("runs", "create", *options, "--variable", "2=field:bike")
    assert done.err == "Error: Nobody has a field bike. There are: order number\n"
    done = switchboard("runs", "create", *options, "--variable", "2=field:order number")
    assert "left out, variable_invalid: 1 (a variable has no value that can be sent)" in done.out
    assert "bad line, phone_invalid: 1 (this is no phone number)" in done.out
    number = str(max(one.id or 0 for one in rows(database, TemplateRun)))
    told = json.loads(switchboard("runs", "left-out", number, "--output", "json").out)
    assert [(one["line"], one["to"], one["why"]) for one in told] == [
        (2, "+14155550001", "no value for 2 (field:order number)"),
        (3, "123", "this is no phone number"),
    ]
    assert [one["name"].startswith("Bo") for one in told] == [True, False]


def test_every_reason_to_leave_somebody_out_has_words() -> None:
    assert set(left_out_reasons.REASONS) == {"blocked", *RUN_LINE_FAULTS, *GATE_RULES}


@pytest.mark.parametrize(
    ("choice", "waiting"),
    [
        (("--search", " ava "), 1),
        (("--in-country", "us"), 1),
        (("--opted-in", "service"), 1),
        (("--label", "vip", "--search", "ava", "--in-country", "US", "--opted-in", "service"), 1),
        (("--opted-in", "marketing"), 0),
        (("--in-country", "PT", "--search", "ava"), 0),
        (("--label", "none", "--search", "ava"), 0),
    ],
)
def test_a_run_to_people_who_fit_all_that_is_said(
    switchboard: Callable[..., Any], database: Database, choice: tuple[str, ...], waiting: int
) -> None:
    hear(database, ProfileName="Ava")
    opt_in(database, AVA, "service")
    there = conversation_with(database, AVA).contact_id
    database.write(lambda session: labels.add(session, ADA, there, "vip"))
    hear(database, From="whatsapp:+447400123456", ProfileName="Bo")
    options = ("--name", "Bikes", "--content-sid", template(database).sid, "--variable", "1=name", "--variable", "2:=x")
    done = switchboard("runs", "create", *options, *choice)
    if waiting:
        assert (done.code, "waiting: 1" in done.out, "left out" in done.out) == (0, True, False), done.err
    else:
        assert (done.code, WHY["nobody_chosen"] in done.err, rows(database, TemplateRun)) == (1, True, [])


def test_what_is_wrong_is_said(switchboard: Callable[..., Any], database: Database) -> None:
    sid = template(database).sid
    done = switchboard(
        "runs", "create", "--name", "A", "--content-sid", sid, "--to", "+14155550001", "--variable", "1=x"
    )
    assert "There is no column x. There are: phone" in done.err
    done = switchboard("runs", "create", "--name", "A", "--content-sid", sid)
    assert (done.code, WHY["list_missing"] in " ".join(done.err.split())) == (1, True)
    done = switchboard("runs", "create", "--name", "A", "--content-sid", sid, "--to", "+14155550001", "--search", "ava")
    assert WHY["list_twice"] in " ".join(done.err.split())
    done = switchboard("runs", "create", "--name", "A", "--content-sid", sid, "--opted-in", "post")
    assert "'service', 'marketing', 'authentication'" in done.err
    done = switchboard("runs", "create", "--name", "A", "--content-sid", sid, "--label", "vip")
    assert WHY["nobody_chosen"] in done.err
    done = switchboard("runs", "show", "99")
    assert (done.code, WHY["unknown"] in done.err) == (1, True)
    assert rows(database, Message) == []


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--variable", "1=x", "--variable", "2:=y"), "There is no column x."),
        (("--variable", "1", "--variable", "2:=y"), "write NAME=COLUMN"),
        (("--variable", "1:=x"), "Say what fills 2 of the template: --variable NAME=COLUMN"),
        (("--variable", "1:=x", "--variable", "2:=y", "--variable", "7:=z"), "The template has no variable 7."),
        (("--variable", "1:=x", "--variable", "2=field:bik"), "Nobody has a field bik"),
        (("--variable", "1:=x", "--variable", "2:=y", "--phone", "tel"), "There is no column tel."),
        (("--variable", "1:=x", "--variable", "2:=y", "--at", "soon"), WHY["time_unreadable"]),
        (("--variable", "1:=x", "--variable", "2:=y", "--start"), WHY["nobody_left"]),
    ],
)
def test_what_is_refused_leaves_no_run(
    switchboard: Callable[..., Any], standin: StandIn, database: Database, options: tuple[str, ...], why: str
) -> None:
    sid = template(database).sid
    standin.simulator.control("templates", sid=sid, text=TEXT)
    done = switchboard("runs", "create", "--name", "A", "--content-sid", sid, "--to", "+14155550001", *options)
    assert (done.code != 0, why in " ".join(done.err.split())) == (True, True), done.err
    assert only(database, TemplateRun).state == "dropped"
    assert "dropped" not in switchboard("runs", "list").out


def test_every_refusal_has_words_at_both_doors() -> None:
    assert {*RUN_REFUSALS, "list_missing", "list_twice"} <= {*WHY} & {*words.REFUSED}
    for same in ("nobody_chosen", "search_too_wide", "list_twice"):
        assert WHY[same] == words.REFUSED[same]
