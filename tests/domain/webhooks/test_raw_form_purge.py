"""Raw forms are forgotten after a while, and not before they are archived."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlmodel import col

from app.domain.webhooks.archive import Archive, replay_from
from app.domain.webhooks.replay import Replayed, replay
from app.settings import Settings
from app.store.database import Database
from app.store.tables import Journal, Message
from app.worker.jobs import Jobs
from tests.domain.webhooks.archiving import LATER, age, everything, jobs_of, purge
from tests.support.cast import ACCOUNT, ADA, inbound_form, new_sid, only, rows, take, webhook


def test_purged_rows_are_applied_from_the_archive(
    database: Database, archive: Archive, settings: Settings, jobs: Jobs
) -> None:
    form = inbound_form(Body="Do you read me?")
    take(database, webhook("inbound", form))
    message = only(database, Message)
    age(database, LATER)
    jobs.archive()
    purge(jobs)
    row = only(database, Journal)
    assert row.form == ""
    assert replay(database, ADA, [row.id or 0]) == [
        Replayed(row.id or 0, form["MessageSid"], "inbound", 0, "raw_form_purged", purged=True)
    ]
    database.write(lambda session: session.execute(sa.update(Message).where(*mine(message)).values(sid=new_sid())))
    (done,) = replay_from(archive, database, ADA, everything)
    assert (done.journal_id, done.changed) == (row.id, 1)
    assert only(database, Message, sid=form["MessageSid"]).body == "Do you read me?"


def mine(message: Message) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return col(Message.account_sid) == ACCOUNT, col(Message.id) == message.id


def test_without_a_key_nothing_is_archived_and_purging_waits_for_nothing(
    database: Database, settings: Settings
) -> None:
    take(database, webhook("inbound", inbound_form()))
    age(database, LATER)
    jobs = jobs_of(settings.model_copy(update={"archive_key": ""}), database)
    jobs.archive()
    assert only(database, Journal).archived_at is None
    purge(jobs)
    assert only(database, Journal).form == ""


def test_purging_spares_what_is_not_archived_yet(database: Database, jobs: Jobs) -> None:
    take(database, webhook("inbound", inbound_form()))
    age(database, LATER)
    purge(jobs)
    assert only(database, Journal).form != ""
    jobs.archive()
    purge(jobs)
    assert only(database, Journal).form == ""


def test_purging_spares_what_is_young_or_in_quarantine(database: Database, jobs: Jobs) -> None:
    take(database, webhook("inbound", inbound_form(From="nobody")), webhook("inbound", inbound_form()))
    age(database, timedelta(days=13))
    jobs.archive()
    purge(jobs)
    assert all(row.form for row in rows(database, Journal))
    age(database, LATER)
    purge(jobs)
    assert [(row.state, row.form != "") for row in rows(database, Journal)] == [
        ("quarantined", True),
        ("applied", False),
    ]


def test_a_form_that_was_purged_is_still_a_repeat(database: Database, jobs: Jobs) -> None:
    said = webhook("inbound", inbound_form())
    take(database, said)
    age(database, LATER)
    jobs.archive()
    purge(jobs)
    take(database, said)
    assert len(rows(database, Message)) == len(rows(database, Journal)) == 1
