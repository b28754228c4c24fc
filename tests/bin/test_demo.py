"""`bin/demo` from its first line to its end."""

from __future__ import annotations

import os
import re
import signal
import socket
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from harness.waiting import until
from tests.bin.running import Running, processes_on, processor_seconds

READY = re.compile(r"ready (http://127\.0\.0\.1:\d+/) user=(\S+) password=(\S+)")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of this file's demos: made by the first of them, kept by the others."""
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture
def demo(folder: Path) -> Iterator[Callable[..., Running]]:
    """`demo(SETTING=…)` starts one."""
    demos: list[Running] = []

    def run(**settings: str) -> Running:
        demos.append(Running("demo", folder, **settings))
        return demos[-1]

    yield run
    for running in demos:
        running.close()


def _log_in(console: str, login: str, password: str) -> str:
    """What the console shows after that."""
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor())
    with browser.open(f"{console}login", timeout=10) as page:
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.read().decode())
    assert token
    form = urllib.parse.urlencode({"csrf_token": token[1], "login": login, "password": password})
    with browser.open(f"{console}login", form.encode(), timeout=10) as page:
        shown: str = page.read().decode()
    return shown


def test_its_first_line_says_where_and_how_to_log_in(demo: Callable[..., Running]) -> None:
    running = demo()
    ready = READY.fullmatch(running.line())
    assert ready
    assert 'name="password"' not in _log_in(*ready.groups())
    with urllib.request.urlopen(f"http://127.0.0.1:{running.env['SIMULATOR_PORT']}/", timeout=10) as phone:
        assert phone.status == 200


def test_it_can_be_ended_while_it_sets_up(folder: Path, demo: Callable[..., Running]) -> None:
    running = demo()
    until(lambda: len(processes_on(folder)) > 1)
    assert running.end(signal.SIGINT) == 0
    assert processes_on(folder) == {}


def test_even_its_own_sudden_end_leaves_nothing_behind(folder: Path, demo: Callable[..., Running]) -> None:
    running = demo()
    assert READY.fullmatch(running.line())
    running.end(signal.SIGKILL)
    until(lambda: not processes_on(folder), seconds=15)


def test_it_ends_with_all_that_it_started_and_is_there_again_in_five_seconds_with_its_data(
    folder: Path, demo: Callable[..., Running]
) -> None:
    seconds, data = [], set[tuple[str, int]]()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        began = time.monotonic()
        running = demo()
        ready = READY.fullmatch(running.line())
        # Whatever else the machine is doing is not the demo's.
        seconds.append(min(time.monotonic() - began, processor_seconds(folder)))
        assert ready
        data.add((ready[3], (folder / "switchboard.db").stat().st_ino))
        assert len(processes_on(folder)) >= 5
        assert running.end(number) == 0
        assert processes_on(folder) == {}
        assert running.line() == ""
    assert len(data) == 1
    assert min(seconds) <= 5, seconds


def test_it_says_which_process_ended_by_itself(folder: Path, demo: Callable[..., Running]) -> None:
    running = demo()
    assert READY.fullmatch(running.line())
    worker = next(pid for pid, command in processes_on(folder).items() if "app.worker" in command)
    os.kill(worker, signal.SIGKILL)
    assert running.wait() == 1
    assert "worker ended by itself" in running.complaint()
    assert processes_on(folder) == {}


def test_two_of_them_do_not_share_data(demo: Callable[..., Running]) -> None:
    assert READY.fullmatch(demo().line())
    second = demo()
    assert second.wait() == 1
    assert re.fullmatch(r"Switchboard already runs on the data in .*DATA_DIR\.\n", second.complaint())


@pytest.mark.parametrize("setting", ["PORT", "SIMULATOR_PORT"])
def test_a_port_in_use_is_named_with_its_setting(setting: str, demo: Callable[..., Running]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        running = demo(**{setting: port})
        assert running.wait() == 1
    complaint = running.complaint()
    assert complaint.count("\n") == 1
    assert port in complaint
    assert f"Set {setting}" in complaint
