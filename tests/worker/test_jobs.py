"""What the clock does: the pull at start and every five minutes, by one worker at a time; no job ends the clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select
from structlog.testing import capture_logs

from app.domain.agents import logins, password_reset, people
from app.domain.agents.sessions import Origin
from app.domain.clock import now
from app.domain.media.store import media_store_for
from app.domain.webhooks.intake import take_in
from app.gateways.twilio.listed import ListUnavailable
from app.gateways.twilio.media import TwilioMedia
from app.store import leases, pull_marks
from app.store.database import Database, connect
from app.store.errors import DatabaseUnavailable
from app.store.spool import Spool
from app.store.tables import Attempt, Conversation, Heartbeat, Journal, LoginFailure, Message, ResetLink
from app.worker import jobs as clock_jobs
from app.worker.guarded import guarded
from app.worker.jobs import Jobs
from harness.simulator import SECOND_SENDER
from tests.support.cast import (
    ACCOUNT,
    ADA,
    NOOR,
    SENDER,
    again,
    asked_message,
    claimed,
    hear,
    inbound_form,
    only,
    rows,
    webhook,
)
from tests.support.rewriting import rewrite
from tests.support.standin import StandIn

# What it asks of the database is the same on both.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

LEASE = clock_jobs.PULL_LEASE
MakeJobs = Callable[..., Jobs]


@pytest.fixture
def make_jobs(database: Database, standin: StandIn, tmp_path: Path) -> Iterator[MakeJobs]:
    """`make_jobs("worker:two", setting=…)`: the jobs of a worker."""
    sources: list[TwilioMedia] = []

    def make(worker: str = "worker:one", **settings: object) -> Jobs:
        own = standin.settings.model_copy(update={"data_dir": tmp_path / "data", **settings})
        sources.append(TwilioMedia(own))
        return Jobs(own, database, worker, sources[-1], standin.records, media_store_for(own, database))

    yield make
    for source in sources:
        source._http.session.close()  # type: ignore[union-attr]


def bodies(database: Database) -> list[str]:
    return [row.body for row in rows(database, Message)]


@ON_SQLITE
def test_it_pulls_at_start_and_then_every_five_minutes(
    database: Database, standin: StandIn, make_jobs: MakeJobs
) -> None:
    jobs = make_jobs()
    standin.customer_writes("before the start")
    jobs.pull()
    assert bodies(database) == ["before the start"]
    standin.customer_writes("a little later")
    jobs.pull()
    assert jobs._pulled_at is not None
    jobs._pulled_at -= 240
    jobs.pull()
    assert bodies(database) == ["before the start"]
    jobs._pulled_at -= 60
    jobs.pull()
    assert bodies(database) == ["before the start", "a little later"]


@ON_SQLITE
def test_a_worker_that_starts_again_pulls_at_once(database: Database, standin: StandIn, make_jobs: MakeJobs) -> None:
    make_jobs("worker:one").pull()
    standin.customer_writes("Hello")
    make_jobs("worker:two").pull()
    assert bodies(database) == ["Hello"]


def test_while_another_worker_pulls_nobody_else_does(database: Database, standin: StandIn, make_jobs: MakeJobs) -> None:
    at = now()
    database.write(lambda session: leases.take(session, "pull", "worker:two", at, LEASE))
    standin.customer_writes("Hello")
    jobs = make_jobs("worker:one")
    jobs.pull()
    assert bodies(database) == []
    # It has died in the middle, and its lease is over.
    database.write(lambda session: leases.take(session, "pull", "worker:two", at - 2 * LEASE, LEASE))
    jobs.pull()
    assert bodies(database) == ["Hello"]


def test_a_pull_that_failed_gives_its_lease_back_and_is_made_up_for(
    database: Database, standin: StandIn, make_jobs: MakeJobs
) -> None:
    standin.customer_writes("Hello")
    standin.fails_next("list", "500")
    jobs = make_jobs("worker:one")
    with pytest.raises(ListUnavailable):
        jobs.pull()
    assert database.write(lambda session: leases.take(session, "pull", "worker:two", now(), LEASE))
    database.write(lambda session: leases.give_back(session, "pull", "worker:two", now()))
    jobs.pull()
    assert bodies(database) == ["Hello"]


def test_two_workers_at_once_take_each_message_once(database: Database, standin: StandIn, make_jobs: MakeJobs) -> None:
    for number in range(4):
        standin.customer_writes(str(number))
    both = threading.Barrier(2, timeout=10)

    def pull(worker: str) -> None:
        jobs = make_jobs(worker)
        both.wait()
        jobs.pull()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(pull, ("worker:one", "worker:two")))
    assert bodies(database) == ["0", "1", "2", "3"]
    assert only(database, Conversation).unread == 4


def test_every_sender_that_somebody_wrote_to_is_pulled(
    database: Database, standin: StandIn, make_jobs: MakeJobs
) -> None:
    hear(database, "by webhook", From=NOOR, To=SECOND_SENDER)
    standin.customer_writes("to the second", customer=NOOR, to=SECOND_SENDER)
    standin.customer_writes("to the first")
    make_jobs().pull()
    assert sorted(bodies(database)) == ["by webhook", "to the first", "to the second"]
    for name in (f"received:{SENDER}", f"received:{SECOND_SENDER}", f"sent:{SENDER}", f"sent:{SECOND_SENDER}"):
        assert database.read(lambda session, name=name: pull_marks.watermark(session, ACCOUNT, name))  # type: ignore[misc]


def test_a_send_that_nobody_spoke_of_for_a_minute_is_not_confirmed(database: Database, make_jobs: MakeJobs) -> None:
    message = asked_message(database)
    claimed(database)
    jobs = make_jobs()
    jobs.give_up_waiting()
    assert again(database, message).state == "sending"
    rewrite(database, only(database, Attempt), open_until=now() - timedelta(seconds=1))
    jobs.give_up_waiting()
    assert again(database, message).state == "unconfirmed"


@ON_SQLITE
def test_what_waits_in_the_spool_is_taken_in(database: Database, make_jobs: MakeJobs, tmp_path: Path) -> None:
    jobs = make_jobs(spool_dir=str(tmp_path / "spool"))
    jobs.drain_spool()
    gone = connect("postgresql+psycopg://postgres@127.0.0.1:1/none")
    assert take_in(gone, Spool(tmp_path / "spool"), webhook("inbound", inbound_form(Body="Hello"))) is None
    gone.close()
    jobs.drain_spool()
    assert bodies(database) == ["Hello"]
    assert only(database, Journal).source == "spool"


def test_its_heartbeat_is_kept_and_the_dead_are_forgotten(database: Database, make_jobs: MakeJobs) -> None:
    jobs, long_ago = make_jobs("worker:one"), now() - timedelta(days=1, minutes=1)
    database.write(lambda session: session.add(Heartbeat(process="dead", kind="worker", started_at=now(), at=long_ago)))
    before = now()
    jobs.beat()
    jobs.beat()
    (alive,) = database.read(lambda session: session.exec(select(Heartbeat)).all())
    assert (alive.process, alive.kind) == ("worker:one", "worker")
    assert alive.at >= before


def test_what_no_rule_needs_of_logins_is_forgotten(database: Database, make_jobs: MakeJobs) -> None:
    bea = database.write(lambda session: people.add(session, ADA, "bea", "Bea", "agent", ""))
    database.write(lambda session: password_reset.make_link(session, ADA, bea))
    with pytest.raises(logins.WrongPassword):
        logins.log_in(database, ACCOUNT, "bea", "not this one", Origin("203.0.113.7", "Firefox"))
    jobs, long_ago = make_jobs(), now() - timedelta(days=2)
    jobs.forget_logins()
    assert [len(rows(database, table)) for table in (LoginFailure, ResetLink)] == [2, 1]
    for failure in rows(database, LoginFailure):
        rewrite(database, failure, at=long_ago)
    rewrite(database, only(database, ResetLink), expires_at=long_ago)
    forget = {job.__name__: job for job, _ in jobs.all()}["forget_logins"]
    forget()
    assert [len(rows(database, table)) for table in (LoginFailure, ResetLink)] == [0, 0]


@pytest.mark.parametrize(
    ("error", "event"),
    [
        (ListUnavailable("HTTP 500"), "clock.twilio_unavailable"),
        (DatabaseUnavailable("locked"), "clock.waits_for_the_database"),
        (ZeroDivisionError(), "clock.job_failed"),
    ],
)
def test_a_job_that_fails_is_a_line_in_the_log_and_no_dead_clock(error: Exception, event: str) -> None:
    done: list[str] = []

    def pull() -> None:
        done.append("begun")
        raise error

    job = guarded(pull)
    with capture_logs() as lines:
        job()
        job()
    assert done == ["begun", "begun"]
    assert [(line["event"], line["job"]) for line in lines] == [(event, "pull")] * 2
