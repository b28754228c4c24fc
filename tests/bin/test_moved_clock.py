"""`bin/test-at`: the clock that tests and their processes see."""

from __future__ import annotations

import subprocess
from pathlib import Path

from bin.launch.environment import ROOT

LOOK = """
import datetime, sqlite3, subprocess, sys, time

from harness.moved_clock import moved_clock

DAY = "2028-02-29"


def test_everybody_sees_the_moment():
    code = "import datetime; print(datetime.datetime.now(datetime.UTC))"
    child = subprocess.run([sys.executable, "-c", code], env=moved_clock(), capture_output=True, text=True)
    assert datetime.datetime.now().isoformat().startswith(DAY)
    assert time.strftime("%Y-%m-%d").startswith(DAY)
    assert sqlite3.connect(":memory:").execute("SELECT datetime('now')").fetchone()[0].startswith(DAY)
    assert child.stdout.startswith(DAY)


def test_durations_stay():
    wall, steady = time.time(), time.monotonic()
    time.sleep(0.01)
    assert abs((time.time() - wall) - (time.monotonic() - steady)) < 60
"""


def test_tests_and_what_they_start_see_the_moment(tmp_path: Path) -> None:
    file = tmp_path / "test_look.py"
    file.write_text(LOOK)
    done = run_at("2028-02-29 12:00", str(file), "-q", "-p", "no:cacheprovider")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def test_a_moment_is_asked_for() -> None:
    done = run_at()
    assert done.returncode == 2
    assert "Which moment?" in done.stderr


def run_at(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run bin/test-at."""
    command = [str(ROOT / "bin" / "test-at"), *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110)
