"""Each figure runs from its first line to its table. What it measures is no matter here: a test is no measurement."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from bin.launch.environment import ROOT

SHORT = {
    "intake": ("--pairs", "1", "--seconds", "0.5", "--contacts", "20", "--connections", "4"),
    "steady": ("--rate", "40", "--seconds", "1", "--contacts", "20", "--consoles", "3"),
    "live": ("--count", "10", "--rate", "20", "--consoles", "3"),
    "kills": ("--kills", "1"),
    "weight": (),
    "keystroke": ("--templates", "20", "--requests", "2"),
    "media": ("--pairs", "1", "--seconds", "0.5", "--connections", "2", "--readers", "3", "--rate", "10"),
    "library": ("--files", "40", "--requests", "1"),
    "pages": ("--messages", "400", "--contacts", "40", "--compared", "200", "--requests", "1", "--webhooks", "20"),
    "memory": ("--consoles", "3", "--webhooks", "50"),
    "runs": ("--recipients", "30", "--seconds", "1"),
    "imports": ("--lines", "60"),
    "run_kills": ("--recipients", "60", "--kills", "1"),
    "consent": ("--records", "400", "--compared", "200", "--requests", "1"),
    "half_open": ("--count", "20", "--rate", "5", "--seconds", "1", "--contacts", "5"),
}


@pytest.mark.parametrize("figure", SHORT)
def test_a_short_run_keeps_its_promises(figure: str) -> None:
    # A process of its own: a browser that is driven in this one may be open for other tests.
    command = [sys.executable, "-m", "bench", figure, "--database", "sqlite", "--no-targets", *SHORT[figure]]
    done = subprocess.run(command, cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "holds" in done.stdout
    assert "BROKEN" not in done.stdout
