"""What a webhook may cost: processor time against a bare Flask route's in the same run. Waiting makes neither less."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bench.cost import BUDGET, GOAL
from bench.databases import ENGINES
from bin.launch.environment import ROOT

# The median of three turns; fewer webhooks than this are too few ticks of the kernel's clock.
SHORT = ("--turns", "3", "--webhooks", "300", "--contacts", "50")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_webhook_stays_within_its_budget(engine: str) -> None:
    command = [sys.executable, "-m", "bench", "cost", "--database", engine, *SHORT]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "BROKEN" not in done.stdout


def test_the_budget_is_not_below_its_goal() -> None:
    assert all(BUDGET[engine] >= GOAL[engine] for engine in ENGINES)
