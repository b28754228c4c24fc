"""`bin/switchboard webhooks`: stored forms applied again, by SID or by span, from the journal or from the archive."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlmodel import col

from app.environment import load
from app.gateways.encryption import new_key
from app.settings import Settings
from app.store.database import Database
from app.store.tables import Audit, Journal, Message
from tests.commands.conftest import Run
from tests.domain.webhooks.archiving import age, archive_of, lose
from tests.support.cast import ACCOUNT, ago, hear, inbound_form, only, rows, take, tell, webhook
from tests.support.outcomes import accepted
from tests.support.rewriting import rewrite

DAY = datetime(2026, 3, 9, 8, tzinfo=UTC)
SQLITE_ONLY = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def lost(database: Database, message: Message) -> Message:
    """Its words are lost, and its form is there."""
    where = (col(Message.account_sid) == ACCOUNT, col(Message.id) == message.id)
    database.write(lambda session: session.execute(sa.update(Message).where(*where).values(sid="")))
    return message


def test_the_forms_of_a_message_are_applied_again(switchboard: Run, database: Database) -> None:
    message = lost(database, hear(database, "Do you read me?"))
    done = switchboard("webhooks", "replay", message.sid)
    number = only(database, Journal).id
    assert done.code == 0
    assert [line.split() for line in done.out.splitlines()] == [
        ["journal", "kind", "sid", "changed", "reason"],
        [str(number), "inbound", message.sid, "1"],
    ]
    assert done.err == "1 applied again, 1 changes.\n"
    assert only(database, Message, sid=message.sid).body == "Do you read me?"
    audited = only(database, Audit)
    assert (audited.verb, audited.actor_kind, audited.subject_id) == ("journal.replay", "command", str(number))
    assert switchboard("webhooks", "replay", message.sid).err == "1 applied again, 0 changes.\n"


def test_several_sids_are_replayed_in_that_order_with_all_their_forms(switchboard: Run, database: Database) -> None:
    first, second = accepted(database), hear(database)
    for status in ("sent", "delivered"):
        tell(database, first.sid, status)
    done = switchboard("webhooks", "replay", second.sid, first.sid, "--output", "json")
    shown = json.loads(done.out)
    assert [(row["sid"], row["kind"]) for row in shown] == [
        (second.sid, "inbound"),
        (first.sid, "status"),
        (first.sid, "status"),
    ]
    assert set(shown[0]) == {"journal", "kind", "sid", "changed", "reason"}


@SQLITE_ONLY
def test_a_span_is_from_a_moment_up_to_another(switchboard: Run, database: Database) -> None:
    sids = [hear(database, at=DAY + timedelta(hours=hours)).sid for hours in range(4)]

    def replayed(*options: str) -> list[str]:
        done = switchboard("webhooks", "replay", *options, "--output", "tsv")
        assert done.code == 0
        return [row["sid"] for row in csv.DictReader(io.StringIO(done.out), delimiter="\t")]

    assert replayed("--since", "2026-03-09T09:00", "--until", "2026-03-09T11:00") == sids[1:3]
    assert replayed("--since", "2026-03-09T10:00:00+01:00", "--until", "2026-03-09T11:00Z") == sids[1:3]
    assert replayed("--since", "2026-03-09") == sids
    assert replayed("--since", "2026-03-09T10:30") == sids[3:]


def test_what_is_in_quarantine_or_purged_says_so(switchboard: Run, database: Database) -> None:
    message = hear(database, at=ago(hours=2))
    rewrite(database, only(database, Journal), form="")
    tell(database, "SM" + "1" * 32, "x" * 41)
    (sms,) = take(database, webhook("inbound", inbound_form(From="+14155550123", To="+14155238886")))
    since = ago(hours=3).isoformat()
    done = switchboard("webhooks", "replay", "--since", since, "--output", "csv")
    assert (done.code, done.err.splitlines()) == (
        0,
        [
            "plain_sms: It is a plain SMS: neither From nor To begins with whatsapp:. Only WhatsApp is taken here.",
            "raw_form_purged: Its form was deleted after its time (RAW_FORM_DAYS).",
            "status_invalid: It tells no status, or one that is far too long.",
            "3 applied again, 0 changes.",
        ],
    )
    shown = list(csv.DictReader(io.StringIO(done.out)))
    assert [(row["sid"], row["reason"]) for row in shown] == [
        (message.sid, "raw_form_purged"),
        ("SM" + "1" * 32, "status_invalid"),
        (only(database, Journal, id=sms.journal_id).sid, "plain_sms"),
    ]


@pytest.fixture
def archived(command_env: dict[str, str], database: Database, tmp_path: Path) -> Callable[[], Settings]:
    """`archived()`: the journal is archived under the commands' ARCHIVE_KEY, and then lost."""

    def archived() -> Settings:
        command_env.update(ARCHIVE_KEY=new_key(), MEDIA_STORE=f"file:{tmp_path / 'media'}")
        settings = load(command_env, env_file=tmp_path / "none")
        age(database)
        archive_of(settings, database).keep_new(database)
        database.write(lose)
        return settings

    return archived


def test_what_was_lost_comes_back_from_the_archive(
    switchboard: Run, database: Database, archived: Callable[[], Settings]
) -> None:
    first, second = hear(database, "first", at=DAY), hear(database, "second", at=DAY + timedelta(hours=1))
    archived()
    replay = ("webhooks", "replay", "--from-archive")
    done = switchboard(*replay, second.sid)
    assert (done.code, done.err) == (0, "1 applied again, 1 changes.\n")
    assert [row.body for row in rows(database, Message)] == ["second"]
    done = switchboard(*replay, "--since", "2026-03-09T08:00", "--until", "2026-03-09T09:00", "--output", "json")
    assert [(row["sid"], row["changed"]) for row in json.loads(done.out)] == [(first.sid, 1)]
    assert only(database, Message, body="first").occurred_at == DAY
    assert switchboard(*replay, "--since", "2026-03-09").err == "2 applied again, 0 changes.\n"


@SQLITE_ONLY
def test_an_archive_that_can_not_be_read_is_said_to_be_so(
    switchboard: Run, database: Database, archived: Callable[[], Settings]
) -> None:
    message = hear(database)
    without = switchboard("webhooks", "replay", "--from-archive", message.sid)
    assert (without.code, "ARCHIVE_KEY is not set" in without.err) == (1, True)
    archived()
    wrong = switchboard("webhooks", "replay", "--from-archive", message.sid, ARCHIVE_KEY=new_key())
    assert (wrong.code, wrong.out) == (1, "")
    assert "The archive was sealed with another ARCHIVE_KEY." in wrong.err
    nothing = switchboard("webhooks", "replay", "--from-archive", "SM" + "1" * 32)
    assert (nothing.code, "The archive has no webhook like that." in nothing.err) == (1, True)
    assert rows(database, Message) == []


def test_a_key_that_it_makes_is_a_key_that_it_takes(switchboard: Run, database: Database) -> None:
    one, other = (switchboard("webhooks", "archive-key").out.strip() for _ in range(2))
    assert one != other
    assert "no webhook like that" in switchboard("webhooks", "replay", "--from-archive", "SM1", ARCHIVE_KEY=one).err
    assert "must be a key that" in switchboard("webhooks", "replay", "SM1", ARCHIVE_KEY="x" * 43).err


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "Give one or more MessageSids, or --since (and --until)."),
        (("SM1", "--since", "2026-03-09"), "Give one or more MessageSids, or --since"),
        (("SM1", "--until", "2026-03-09"), "Give one or more MessageSids, or --since"),
        (("--until", "2026-03-09"), "Give one or more MessageSids, or --since"),
        (("--since", "yesterday"), "yesterday is no moment in ISO 8601"),
        (("--since", "2026-03-09", "--until", "noon"), "noon is no moment in ISO 8601"),
        (("SM" + "1" * 32,), "The journal has no webhook like that."),
        (("--since", "2026-03-09", "--output", "xml"), "--output"),
    ],
)
@SQLITE_ONLY
def test_what_can_not_be_done_is_said_and_exits_one(
    switchboard: Run, database: Database, arguments: tuple[str, ...], reason: str
) -> None:
    done = switchboard("webhooks", "replay", *arguments)
    assert (done.code, done.out) == (1, "")
    assert reason in done.err
