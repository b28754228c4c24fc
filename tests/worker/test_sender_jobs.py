"""A worker asks at its start how our senders stand, and keeps what was told while Twilio can't be asked."""

from __future__ import annotations

from app.store.database import Database
from app.store.tables import SenderState
from app.worker.sender_jobs import SenderJobs
from tests.support.cast import rows
from tests.support.standin import StandIn


def told(database: Database, standin: StandIn, jobs: SenderJobs, limit: str) -> list[int | None]:
    """What is known once Twilio says so and the job had its turn."""
    standin.simulator.control("settings", sender_limit=limit)
    jobs.read_senders()
    return [row.people for row in rows(database, SenderState)]


def test_a_worker_asks_at_its_start_and_not_at_every_turn(database: Database, standin: StandIn) -> None:
    first, second, third = (SenderJobs(standin.settings, database, f"worker:{name}") for name in "abc")
    assert told(database, standin, first, "2K Customers/24hr") == [2000, 2000]
    assert told(database, standin, first, "10K Customers/24hr") == [2000, 2000]
    standin.fails_next("senders", "500")
    assert told(database, standin, second, "10K Customers/24hr") == [2000, 2000]
    assert told(database, standin, third, "10K Customers/24hr") == [10_000, 10_000]
