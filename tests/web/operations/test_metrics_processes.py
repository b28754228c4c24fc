"""`/metrics` of real processes: two web workers, one of which dies, and a worker on another machine."""

from __future__ import annotations

import contextlib
import urllib.request
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest

from harness.processes import Stand
from harness.waiting import until
from tests.counted import samples
from tests.support.cast import CALLBACK_BASE, inbound_form, signature
from tests.support.listening import Stream
from tests.support.office import Office
from tests.support.twilio import Twilio

# What is tested here is the same whatever the database.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

TOKEN = "a-token-of-the-tests"
TAKEN_IN = "webhooks_total{door=inbound,outcome=taken_in}"
BEATS = "clock_runs_total{clock_job=beat,outcome=done}"
SETTINGS = {**Twilio.SETTINGS, "METRICS_TOKEN": TOKEN, "WEB_CONCURRENCY": "2", "WEB_THREADS": "64"}


@pytest.fixture
def web(make_stand: Callable[..., Stand]) -> Stand:
    """The web process alone, on the cast's account."""
    return make_stand(**SETTINGS).start("web")


def shown(web: Stand, process: str = "web") -> dict[str, float]:
    asked = urllib.request.Request(f"{web.web_url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    with urllib.request.urlopen(asked, timeout=10) as answer:
        return samples(answer.read().decode(), process)


def write(web: Stand) -> None:
    """A customer writes, over a connection of its own."""
    pairs = list(inbound_form().items())
    headers = {"X-Twilio-Signature": signature(f"{CALLBACK_BASE}/twilio/inbound", pairs)}
    asked = urllib.request.Request(f"{web.web_url}/twilio/inbound", urlencode(pairs).encode(), headers)
    with urllib.request.urlopen(asked, timeout=10) as answer:
        assert answer.status == 200


def counting(web: Stand) -> set[int]:
    """The processes that have counted anything."""
    folder = Path(web.env["DATA_DIR"], f"metrics-{web.env['PORT']}")
    return {int(file.stem.removeprefix("counter_")) for file in folder.glob("counter_*.db")}


def test_counts_of_all_web_processes_add_up_and_outlive_them(web: Stand, make_office: Callable[..., Office]) -> None:
    make_office(SECRET_KEY=web.env["SECRET_KEY"])
    assert shown(web)[TAKEN_IN] == 0
    written = 0

    def write_until(condition: Callable[[], bool]) -> int:
        more = 0
        while not condition():
            write(web)
            more += 1
        return more

    _master, *workers = web.pids("web")
    written += write_until(lambda: set(workers) <= counting(web))
    assert {shown(web)[TAKEN_IN] for _ in range(5)} == {written}
    web.kill_one(workers[0])
    until(lambda: len(set(web.pids("web")) - {workers[0]}) == 3)
    assert shown(web)[TAKEN_IN] == written
    (heir,) = set(web.pids("web")[1:]) - set(workers)
    written += write_until(lambda: heir in counting(web))
    assert {shown(web)[TAKEN_IN] for _ in range(5)} == {written}


def test_streams_of_a_process_that_died_are_open_no_more(web: Stand, make_office: Callable[..., Office]) -> None:
    token = make_office(SECRET_KEY=web.env["SECRET_KEY"]).hire("kim").browser("kim").token
    with contextlib.ExitStack() as open_ones:
        streams = [open_ones.enter_context(Stream(int(web.env["PORT"]), token)) for _ in range(8)]
        assert shown(web)["live_streams"] == 8
        web.kill_one(web.pids("web")[1])
        until(lambda: shown(web)["live_streams"] == sum(not stream.ended for stream in streams) < 8)


def test_what_a_worker_on_another_machine_counts_is_shown(
    web: Stand, make_stand: Callable[..., Stand], make_office: Callable[..., Office], tmp_path: Path
) -> None:
    make_office()
    nowhere = {"DATA_DIR": str(tmp_path / "another machine"), "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "nothing")}
    elsewhere = make_stand(**{**web.env, **nowhere, "PORT": "1"})
    assert BEATS not in shown(web, "worker")
    counts = [0.0]
    for _ in range(2):
        elsewhere.start("worker")
        until(lambda: shown(web, "worker").get(BEATS, 0.0) > counts[-1], 60)
        elsewhere.terminate("worker")
        counts.append(shown(web, "worker")[BEATS])
    assert 0 < counts[1] < counts[2]
    assert shown(web, "worker")["clock_run_seconds_count{clock_job=beat}"] >= counts[2]
    assert BEATS not in shown(web)
    assert not (tmp_path / "nothing").exists()
