"""What comes back from the archive: only what is wanted, what is right stays, and only an admin may."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from app.domain.access import NotAllowed
from app.domain.actor import Actor
from app.domain.webhooks.archive import FOLDER, Archive, replay_from
from app.store.database import Database, Session, connect
from app.store.journal import rows as journal
from app.store.tables import Audit, Conversation, FeedEvent, Journal, Message
from app.worker.jobs import Jobs
from harness.database_copies import SqliteCopies
from tests.domain.webhooks.archiving import age, everything, lose
from tests.support.cast import (
    ACCOUNT,
    ADA,
    KIM,
    OTTO,
    STRANGER_ACCOUNT,
    again,
    begin,
    inbound_form,
    new_sid,
    only,
    rows,
    status_form,
    take,
    webhook,
)
from tests.support.outcomes import accepted


def test_another_accounts_forms_are_not_in_it(database: Database, archive: Archive) -> None:
    take(database, webhook("inbound", inbound_form(AccountSid=STRANGER_ACCOUNT)), webhook("inbound", inbound_form()))
    age(database)
    assert archive.keep_new(database) == 1
    assert archive.store.keys(STRANGER_ACCOUNT, FOLDER) == []


def test_it_comes_back_into_a_database_that_knew_nothing(
    database: Database, archive: Archive, empty_database: Database
) -> None:
    message = accepted(database)
    take(database, webhook("status", status_form(message.sid, "delivered")))
    age(database)
    archive.keep_new(database)
    done = replay_from(archive, empty_database, ADA, everything)
    assert [one.changed for one in done] == [1] * len(rows(database, Journal))
    assert [row.key for row in rows(empty_database, Journal)] == [row.key for row in rows(database, Journal)]
    assert [one.changed for one in replay_from(archive, empty_database, ADA, everything)] == [0] * len(done)


@pytest.fixture
def empty_database(tmp_path: Path, _sqlite_copies: SqliteCopies) -> Iterator[Database]:
    other = connect(_sqlite_copies.copy(tmp_path / "other.db"))
    begin(other)
    yield other
    other.close()


def test_what_is_right_stays_as_it_is(database: Database, archive: Archive) -> None:
    take(database, webhook("inbound", inbound_form(Body="Hello")), webhook("status", status_form(new_sid(), "sent")))
    age(database)
    archive.keep_new(database)
    message, there, events = only(database, Message), only(database, Conversation), len(rows(database, FeedEvent))
    assert [one.changed for one in replay_from(archive, database, ADA, everything)] == [0, 0]
    assert (again(database, message), only(database, Conversation)) == (message, there)
    assert len(rows(database, FeedEvent)) == events


def test_only_what_is_wanted_is_replayed(database: Database, archive: Archive) -> None:
    first, second = inbound_form(Body="first"), inbound_form(Body="second")
    take(database, webhook("inbound", first), webhook("inbound", second))
    age(database)
    archive.keep_new(database)
    database.write(lose)
    done = replay_from(archive, database, ADA, lambda one: one.sid == second["MessageSid"])
    assert [one.sid for one in done] == [second["MessageSid"]]
    assert only(database, Message).body == "second"


@pytest.mark.parametrize("by", [KIM, OTTO], ids=["agent", "auditor"])
def test_only_an_admin_may(database: Database, archive: Archive, by: Actor) -> None:
    take(database, webhook("inbound", inbound_form()))
    age(database)
    archive.keep_new(database)
    database.write(lose)
    with pytest.raises(NotAllowed):
        replay_from(archive, database, by, everything)
    assert [*rows(database, Message), *rows(database, Audit)] == []


def test_the_clock_archives_everything_in_as_many_batches_as_it_takes(
    database: Database, archive: Archive, jobs: Jobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(database, *(webhook("inbound", inbound_form(Body=str(number))) for number in range(5)))
    age(database)
    some = journal.unarchived

    def two(session: Session, account_sid: str, before: datetime) -> list[Journal]:
        return some(session, account_sid, before, limit=2)

    monkeypatch.setattr(journal, "unarchived", two)
    jobs.archive()
    assert len(archive.store.keys(ACCOUNT, FOLDER)) == 3
    assert [one.value("Body") for one in archive.webhooks()] == ["0", "1", "2", "3", "4"]


def test_what_was_pulled_stays_so_and_is_still_completed_by_its_webhook(database: Database, archive: Archive) -> None:
    form = inbound_form(ButtonText="Yes, please", ButtonPayload="yes-7")
    take(database, replace(webhook("inbound", form | {"ButtonPayload": ""}), source="pull"))
    age(database)
    archive.keep_new(database)
    database.write(lose)
    replay_from(archive, database, ADA, everything)
    assert (only(database, Message).origin, only(database, Journal).source) == ("recovered", "pull")
    take(database, webhook("inbound", form))
    assert only(database, Message).details["button_payload"] == "yes-7"
