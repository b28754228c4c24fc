"""What workers count reaches the database once, whatever happens on the way."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest

from app import metrics
from app.domain.metrics.worker_counts import WorkerCounts
from app.metrics import Key, text_format
from app.store import worker_counts
from app.store.database import Database, connect
from app.store.errors import DatabaseUnavailable
from tests.counted import samples

RUNS = Key("switchboard_clock_runs_total", json.dumps({"clock_job": "test", "outcome": "done"}))


def totals(database: Database) -> dict[Key, float]:
    return database.read(worker_counts.totals)


@pytest.fixture
def worker(database: Database) -> WorkerCounts:
    """A worker all of whose earlier counts are stored."""
    worker = WorkerCounts(database)
    worker.store()
    return worker


def run(times: int) -> None:
    for _ in range(times):
        metrics.clock_run("test", "done", 0.3)


def test_each_time_what_is_new_is_added(database: Database, worker: WorkerCounts) -> None:
    before = totals(database).get(RUNS, 0.0)
    run(2)
    worker.store()
    run(1)
    worker.store()
    worker.store()
    assert totals(database)[RUNS] - before == 3


def test_empty_buckets_are_there_too(database: Database, worker: WorkerCounts) -> None:
    # This process counts on for the other database.
    job = uuid.uuid4().hex
    metrics.clock_run(job, "done", 0.3)
    worker.store()
    buckets = {
        json.loads(key.labels)["le"]: value
        for key, value in totals(database).items()
        if key.sample == "switchboard_clock_run_seconds_bucket" and job in key.labels
    }
    assert buckets == {"0.01": 0, "0.1": 0, "0.5": 1, "1.0": 1, "5.0": 1, "15.0": 1, "60.0": 1, "+Inf": 1}


def test_what_the_database_did_not_take_goes_with_the_next(database: Database, worker: WorkerCounts) -> None:
    before, gone = totals(database).get(RUNS, 0.0), connect("postgresql+psycopg://postgres@127.0.0.1:1/none")
    run(1)
    worker._database = gone
    with pytest.raises(DatabaseUnavailable):
        worker.store()
    run(1)
    worker._database = database
    worker.store()
    gone.close()
    assert totals(database)[RUNS] - before == 2


def test_workers_add_to_each_other(database: Database) -> None:
    for rise in (2.0, 3.5):
        database.write(lambda session, rise=rise: worker_counts.add(session, {RUNS: rise}))  # type: ignore[misc]
    assert totals(database) == {RUNS: 5.5}


def test_the_web_process_shows_them_beside_its_own_and_leaves_out_what_it_does_not_know() -> None:
    metrics.GATE_REFUSALS.labels("test").inc(2)
    bucket = "switchboard_clock_run_seconds_bucket"
    of_workers = {
        Key("switchboard_gate_refusals_total", '{"rule": "test"}'): 5.0,
        Key(bucket, '{"clock_job": "elsewhere", "le": "+Inf"}'): 4.0,
        Key(bucket, '{"clock_job": "elsewhere", "le": "0.1"}'): 1.0,
        Key("switchboard_of_an_earlier_version_total", "{}"): 7.0,
    }
    told = text_format.exposition({}, of_workers).decode()
    refusals = [samples(told, process)["gate_refusals_total{rule=test}"] for process in ("web", "worker")]
    assert refusals == [2, 5]
    assert "earlier_version" not in told
    lines = [line for line in told.splitlines() if line.startswith(bucket) and "elsewhere" in line]
    assert [line.split('le="')[1] for line in lines] == ['0.1",process="worker"} 1.0', '+Inf",process="worker"} 4.0']


def test_the_list_of_metrics_in_the_documentation_is_this() -> None:
    page = (Path(__file__).parents[3] / "docs" / "operating.md").read_text()
    listed = {line.split("`")[1].partition("{")[0] for line in page.splitlines() if line.startswith("| `switchboard_")}
    assert listed == metrics.names()
