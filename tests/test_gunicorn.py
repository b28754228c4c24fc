"""The web process as gunicorn runs it: how it ends, and what it leaves behind."""

from __future__ import annotations

import http.client
import sqlite3
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from bench.stands import writer
from bench.wire import Wires
from harness.processes import Stand
from harness.waiting import until

CLIENTS = 20
# What is tested here is the same whatever the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture
def web(make_stand: Callable[..., Stand], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stand]:
    """A web process with two workers, and with temporary files of its own."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield make_stand(WEB_CONCURRENCY="2", WEB_THREADS="32").start("web")
    tempfile.tempdir = None


def _post_until_refused(port: int, outcomes: Counter[str]) -> None:
    """Post over a new connection each time, and note how each ended, until nobody listens any more."""
    while True:
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            try:
                connection.connect()
            except ConnectionRefusedError:
                return
            try:
                connection.request("POST", "/twilio/inbound", body=b"Body=hello", headers=FORM)
                outcomes["answered" if connection.getresponse().status < 500 else "failed"] += 1
            except (OSError, http.client.HTTPException):
                outcomes["lost"] += 1


def test_no_request_is_lost_when_it_is_told_to_end(web: Stand) -> None:
    outcomes: Counter[str] = Counter()
    with ThreadPoolExecutor(CLIENTS) as clients:
        for _ in range(CLIENTS):
            clients.submit(_post_until_refused, int(web.env["PORT"]), outcomes)
        until(lambda: outcomes["answered"] > 5 * CLIENTS)
        began = time.monotonic()
        web.terminate("web")
        took = time.monotonic() - began
    assert outcomes["lost"] == outcomes["failed"] == 0
    assert took < 10


def test_it_leaves_no_temporary_file(web: Stand, tmp_path: Path) -> None:
    web.terminate("web")
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_killed_ones_counters_are_not_kept(web: Stand) -> None:
    old = Path(web.env["DATA_DIR"], f"metrics-{web.env['PORT']}", "counter_1.db")
    web.kill("web")
    old.touch()
    web.start("web")
    assert old.parent.is_dir()
    assert not old.exists()


def test_a_killed_worker_is_replaced(web: Stand) -> None:
    master, *workers = web.pids("web")
    web.kill_one(workers[0])
    until(lambda: len(set(web.pids("web")) - {master, workers[0]}) == 2)
    # At once, since what all of them share is there.
    assert _has_loaded_the_product(master)


def test_where_nobody_shares_it_the_product_is_loaded_once(make_stand: Callable[..., Stand]) -> None:
    web = make_stand(WEB_CONCURRENCY="1", WEB_THREADS="16").start("web")
    assert [_has_loaded_the_product(pid) for pid in web.pids("web")] == [False, True]


def _has_loaded_the_product(pid: int) -> bool:
    return "pydantic_core" in Path(f"/proc/{pid}/maps").read_text()


@pytest.mark.parametrize(("workers", "closed"), [("2", True), ("1", False)])
def test_a_worker_of_several_keeps_no_connection_while_it_is_behind(
    make_stand: Callable[..., Stand], workers: str, closed: bool
) -> None:
    web = make_stand(WEB_CONCURRENCY=workers, WEB_THREADS="64").start("web")
    posts = writer(web)
    with closing(sqlite3.connect(make_url(web.env["DATABASE_URL"]).database or "")) as held:
        # Each waits for it as long as a webhook may, and goes into the spool.
        held.execute("BEGIN IMMEDIATE")
        with closing(Wires(int(web.env["PORT"]))) as wires:
            waiting = {wires.take() for _ in range(40)}
            for wire in waiting:
                wire.post(posts.inbound().request)
            answers: list[tuple[int, bool]] = []
            while waiting and (ready := wires.ready(20)):
                for wire in ready:
                    if (status := wire.answer()) is None:
                        continue
                    answers.append((status, wire.ended))
                    waiting.remove(wire)
                    wires.give_back(wire)
    assert [status for status, _ in answers] == [200] * 40
    assert any(ended for _, ended in answers) is closed
