"""Memory of web and worker, one process of each, after a load with consoles open."""

from __future__ import annotations

import re
from argparse import Namespace
from pathlib import Path

from bench import figures
from bench.consoles import consoles
from bench.load import closed_loop
from bench.stands import filled_product, writer
from harness.processes import Stand

MOST_MB = 250
INSTALLED = Path(__file__).with_name("installed")
CONNECTIONS = 16
LONGEST_SECONDS = 120
_PSS = re.compile(r"^Pss:\s+(\d+) kB", re.MULTILINE)


def run(options: Namespace, engine: str) -> bool:
    """Post the webhooks while consoles follow; True when the processes then hold no more than they may."""
    with filled_product(engine, _as_installed, WEB_CONCURRENCY="1") as stand:
        posts = writer(stand, 200)
        with consoles(stand, options.consoles) as reading:
            forms = [posts.inbound() for _ in range(options.webhooks)]
            answered = closed_loop(int(stand.env["PORT"]), forms, CONNECTIONS, LONGEST_SECONDS).answered
            held = {program: _megabytes(stand.pids(program)) for program in ("web", "worker")}
    rows = [(program, f"{megabytes:.0f}") for program, megabytes in held.items()]
    heads = ("processes", "PSS MB")
    figures.table(f"memory on {engine}, {options.consoles} consoles, {len(answered)} webhooks", heads, rows)
    total = sum(held.values())
    result = f"{total:.0f} MB: web with gunicorn's master {held['web']:.0f}, worker {held['worker']:.0f}"
    figures.record(options, engine, "memory, web and worker", result, f"≤ {MOST_MB} MB", total <= MOST_MB)
    kept = [
        figures.target(options, f"{total:.0f} MB (at most {MOST_MB})", total <= MOST_MB),
        figures.verdict(f"{reading.lost} consoles lost their stream", not reading.lost),
    ]
    return all(kept)


def _as_installed(stand: Stand) -> None:
    # Before what is installed for the tests: see bench/installed/rich.py.
    stand.env["PYTHONPATH"] = f"{INSTALLED}:{stand.env['PYTHONPATH']}"


def _megabytes(pids: list[int]) -> float:
    """What these processes hold, shared memory divided among those that share it."""
    texts = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in pids]
    return sum(int(found[1]) for text in texts if (found := _PSS.search(text))) / 1000
