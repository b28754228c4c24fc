"""`bin/switchboard messages list` and `fetch`: what is in our database."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.store.database import Database
from app.store.tables import Attempt, Message
from tests.commands.conftest import Run
from tests.support.cast import (
    ACCOUNT,
    AVA,
    NOOR,
    SENDER,
    STRANGER_ACCOUNT,
    ask,
    hear,
    inbound_form,
    new_sid,
    only,
    take,
    tell,
    webhook,
)
from tests.support.outcomes import accepted, refused, undelivered

COLUMNS = ["sid", "id", "direction", "from", "to", "state", "status", "error_code", "date_created", "body"]
DAY = datetime(2026, 3, 9, tzinfo=UTC)


def listed(run: Run, *options: str) -> list[dict[str, Any]]:
    done = run("messages", "list", "--output", "json", *options)
    assert (done.code, done.err) == (0, "")
    found: list[dict[str, Any]] = json.loads(done.out)
    return found


def bodies(run: Run, *options: str) -> list[str]:
    return [row["body"] for row in listed(run, *options)]


def test_both_directions_are_listed_newest_first_by_twilios_names(switchboard: Run, database: Database) -> None:
    hear(database, "Hi", NumMedia="0")
    answer = accepted(database, "Hello")
    sent, heard = listed(switchboard)
    assert (sent["sid"], sent["direction"], sent["from"], sent["to"]) == (answer.sid, "outbound-api", SENDER, AVA)
    assert (heard["direction"], heard["from"], heard["to"], heard["status"]) == ("inbound", AVA, SENDER, "received")
    twilios = {"sid", "account_sid", "direction", "from", "to", "body", "status", "error_code", "error_message"}
    twilios |= {"num_media", "messaging_service_sid", "date_created"}
    assert twilios <= set(sent)
    assert (sent["account_sid"], sent["status"], sent["error_code"], sent["num_media"]) == (ACCOUNT, "queued", None, 0)
    assert datetime.fromisoformat(sent["date_created"]) == answer.occurred_at
    (attempt,) = sent["attempts"]
    assert (attempt["sid"], attempt["outcome"], attempt["settled_by"]) == (answer.sid, "accepted", "answer")
    assert heard["attempts"] == []


def test_what_failed_says_what_its_code_means(switchboard: Run, database: Database) -> None:
    undelivered(database, "63016")
    (row,) = listed(switchboard, "--status", "undelivered")
    assert (row["error_code"], row["error"]["code"]) == ("63016", "63016")
    assert row["error"]["what"]


def test_to_and_from_may_leave_whatsapp_out(switchboard: Run, database: Database) -> None:
    hear(database, "from Ava")
    hear(database, "from Noor", From=NOOR)
    ask(database, "to Ava")
    ask(database, "to Noor", customer=NOOR)
    for ava in ("+14155550123", "whatsapp:+14155550123", "+1 (415) 555-0123"):
        assert bodies(switchboard, "--to", ava) == ["to Ava"]
        assert bodies(switchboard, "--from", ava) == ["from Ava"]
    assert bodies(switchboard, "--to", "GB.13490801221918") == ["to Noor"]
    assert bodies(switchboard, "--from", SENDER, "--to", NOOR) == ["to Noor"]
    assert bodies(switchboard, "--to", "+14155550199") == []


def test_a_status_is_twilios_or_ours(switchboard: Run, database: Database) -> None:
    done = accepted(database, "accepted")
    tell(database, done.sid, "delivered")
    ask(database, "waits")
    assert bodies(switchboard, "--status", "delivered") == ["accepted"]
    assert bodies(switchboard, "--status", "ready") == ["waits"]
    ours = switchboard("messages", "list", "--twilio", "--status", "unconfirmed")
    assert "There is no status unconfirmed at Twilio" in ours.err
    unknown = switchboard("messages", "list", "--status", "sideways")
    assert (unknown.code, unknown.out) == (1, "")
    assert "There is no status sideways. There are: accepted, " in unknown.err


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("2026-03-09", ["late", "early"]),
        ("=2026-03-09", ["late", "early"]),
        (">2026-03-09", ["after"]),
        (">=2026-03-09", ["after", "late", "early"]),
        ("<2026-03-09", ["before"]),
        ("<=2026-03-09", ["late", "early", "before"]),
        ("> 2026-03-08", ["after", "late", "early"]),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_day_is_that_day_or_what_lies_after_or_before(
    switchboard: Run, database: Database, asked: str, found: list[str]
) -> None:
    instants = {"before": -1, "early": 0, "late": 86_399, "after": 86_400}
    for body, seconds in instants.items():
        hear(database, body, at=DAY + timedelta(seconds=seconds))
    assert bodies(switchboard, "--date-sent", asked) == found


def test_no_more_than_the_limit_is_read_in_pages(switchboard: Run, database: Database) -> None:
    for number in range(7):
        hear(database, str(number))
    assert bodies(switchboard, "--limit", "5", "--page-size", "2") == list("65432")
    assert bodies(switchboard, "--limit", "100", "--page-size", "3") == list("6543210")
    assert bodies(switchboard, "--limit", "1") == ["6"]


def test_another_accounts_messages_are_not_listed(switchboard: Run, database: Database) -> None:
    sid = new_sid()
    take(database, webhook("inbound", inbound_form(AccountSid=STRANGER_ACCOUNT, MessageSid=sid)))
    assert listed(switchboard) == []
    assert switchboard("messages", "fetch", sid).code == 1


def test_properties_are_the_columns_in_their_order(switchboard: Run, database: Database) -> None:
    hear(database, "Hi")
    assert listed(switchboard, "--properties", "body, direction") == [{"body": "Hi", "direction": "inbound"}]
    done = switchboard("messages", "list", "--properties", "direction,body", "--output", "csv")
    assert done.out == "direction,body\ninbound,Hi\n"
    refused = switchboard("messages", "list", "--properties", "body,colour")
    assert (refused.code, refused.out) == (1, "")
    assert "Unknown property: colour" in refused.err
    assert "date_created" in refused.err


def test_what_twilio_never_had_is_no_empty_row(switchboard: Run, database: Database) -> None:
    refused(database, "21211")
    assert listed(switchboard, "--status", "failed", "--properties", "sid,status") == [{"sid": "", "status": "failed"}]
    done = switchboard("messages", "list", "--status", "failed", "--properties", "sid,num_media,messaging_service_sid")
    assert done.err == ""
    done = switchboard("messages", "list", "--status", "failed", "--properties", "sid,content_sid")
    assert done.err.startswith("1 of 1 rows hold none of sid, content_sid. The first holds: account_sid, direction, ")
    assert "state" in done.err


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_separated_lists_can_be_read_back(switchboard: Run, database: Database, form: str) -> None:
    body = 'He said: "a,\tb"\nand left'
    hear(database, body)
    done = switchboard("messages", "list", "--output", form)
    delimiter = {"csv": ",", "tsv": "\t"}[form]
    head, row = csv.reader(io.StringIO(done.out), delimiter=delimiter)
    message = only(database, Message)
    assert head == COLUMNS
    assert row == [message.sid, str(message.id), "inbound", AVA, SENDER, "received", "received", "", row[8], body]


@pytest.mark.parametrize("form", ["csv", "tsv"])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_cell_is_a_formula(switchboard: Run, database: Database, form: str) -> None:
    formulas = ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1", "＋1", "－1", "＠A1", "=2"]
    for body in formulas:
        hear(database, body)
    done = switchboard("messages", "list", "--output", form, "--properties", "body,from")
    rows = list(csv.reader(io.StringIO(done.out, newline=""), delimiter={"csv": ",", "tsv": "\t"}[form]))[1:]
    assert [cell for cell, _ in rows] == [f"'{body}" for body in formulas[::-1]]
    hear(database, "+14155550123")
    done = switchboard("messages", "list", "--output", form, "--properties", "body", "--limit", "1")
    assert done.out == "body\n+14155550123\n"


def test_a_table_is_one_line_a_message_and_nothing_in_it_moves_the_terminal(
    switchboard: Run, database: Database
) -> None:
    hear(database, "two\nlines \x1b[2J\x1b]0;title\x07\x9b31m and " + "x" * 60)
    done = switchboard("messages", "list")
    head, line = done.out.splitlines()
    assert head.split() == COLUMNS
    assert line.endswith("…")
    assert "two lines" in line
    assert [char for char in done.out if char != "\n" and (char < " " or "\x7f" <= char < "\xa0")] == []


def test_one_is_fetched_by_the_sid_of_any_attempt(switchboard: Run, database: Database) -> None:
    first = accepted(database, "Hello")
    tell(database, first.sid, "undelivered", "63018")
    done = switchboard("messages", "fetch", first.sid)
    shown = json.loads(done.out)
    assert (done.code, shown["id"], shown["sid"], shown["state"]) == (0, first.id, "", "ready")
    assert [attempt["sid"] for attempt in shown["attempts"]] == [only(database, Attempt).sid]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_one_without_a_sid_is_fetched_by_our_number(switchboard: Run, database: Database) -> None:
    hear(database)
    waiting = ask(database, "Not at Twilio yet").message_id
    done = switchboard("messages", "fetch", str(waiting))
    assert (json.loads(done.out)["body"], json.loads(done.out)["state"]) == ("Not at Twilio yet", "ready")
    assert switchboard("messages", "fetch", "999").code == 1


def test_one_is_fetched_in_every_form(switchboard: Run, database: Database) -> None:
    message = hear(database, "=1+1")
    fetch = ("messages", "fetch", message.sid)
    assert json.loads(switchboard(*fetch).out)["body"] == "=1+1"
    assert switchboard(*fetch, "--output", "csv", "--properties", "sid,body").out == f"sid,body\n{message.sid},'=1+1\n"
    assert switchboard(*fetch, "--output", "tsv", "--properties", "body").out == "body\n'=1+1\n"
    assert message.sid in switchboard(*fetch, "--output", "table").out
    assert json.loads(switchboard(*fetch, "--properties", "status").out) == {"status": "received"}


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("fetch", "SM" + "1" * 32), "There is no message SM1111"),
        (("fetch", ""), "There is no message"),
        (("fetch",), "Missing argument"),
        (("list", "--to", "nobody"), "nobody is neither a number in E.164 nor a WhatsApp id"),
        (("list", "--from", "123"), "123 is neither"),
        (("list", "--date-sent", "yesterday"), "--date-sent takes a day"),
        (("list", "--date-sent", "2026-02-30"), "2026-02-30 is no day"),
        (("list", "--limit", "0"), "--limit"),
        (("list", "--limit", "100001"), "--limit"),
        (("list", "--page-size", "0"), "--page-size"),
        (("list", "--page-size", "1001"), "--page-size"),
        (("list", "--output", "xml"), "--output"),
        (("list", "--colour"), "--colour"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_can_not_be_done_is_said_and_exits_one(switchboard: Run, arguments: tuple[str, ...], reason: str) -> None:
    done = switchboard("messages", *arguments)
    assert (done.code, done.out) == (1, "")
    assert reason in done.err
