"""A webhook's processor time, against a bare Flask route's in the same run: no waiting makes it less, or more."""

from __future__ import annotations

import contextlib
import sys
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import figures, oracle
from bench.load import closed_loop
from bench.posts import Posted, Writer
from bench.processor import database_server, seconds_used
from bench.stands import product, writer
from bin.launch.child import Child, end
from bin.launch.environment import ROOT
from harness.ports import free_port, listens
from harness.processes import Stand
from harness.waiting import until

# What a webhook may take at most, in bare Flask routes, and what it is to come down to.
BUDGET = {"sqlite": 2.2, "postgresql": 4.0}
GOAL = {"sqlite": 2.2, "postgresql": 4.0}
CONNECTIONS = 8
LONGEST_SECONDS = 120


@dataclass(frozen=True)
class Turn:
    """Microseconds of processor time for one request, of the product and of the bare route."""

    product: float
    bare: float

    @property
    def ratio(self) -> float:
        """How many bare requests one of the product's costs."""
        return self.product / self.bare


def run(options: Namespace, engine: str) -> bool:
    """Load both by turns; True when all is stored and the median is within the budget."""
    with product(engine, "web", WEB_CONCURRENCY="1") as stand, _bare(stand) as (bare, bare_port):
        posts = writer(stand, options.contacts)
        server = database_server(stand.env["DATABASE_URL"])
        ours, theirs = [stand.pids("web")[0], *server], [bare.process.pid]
        answered = closed_loop(int(stand.env["PORT"]), _some(posts, options.contacts), CONNECTIONS, 60).answered
        closed_loop(bare_port, _some(posts, options.contacts), CONNECTIONS, 60)
        turns = []
        for _ in range(options.turns):
            cost, more = _cost(int(stand.env["PORT"]), ours, _some(posts, options.webhooks))
            answered += more
            turns.append(Turn(cost, _cost(bare_port, theirs, _some(posts, options.webhooks))[0]))
        found = oracle.look(stand.env["DATABASE_URL"], answered)
    rows = [(n, f"{turn.product:.0f}", f"{turn.bare:.0f}", f"{turn.ratio:.2f}") for n, turn in enumerate(turns, 1)]
    figures.table(f"cost on {engine}: processor time for a webhook", ("turn", "µs", "bare µs", "ratio"), rows)
    ratio, most = figures.median(turn.ratio for turn in turns), BUDGET[engine]
    each, floor = (figures.median(values) for values in zip(*((t.product, t.bare) for t in turns), strict=True))
    kept = figures.verdict(f"{found.answered} answered: {found.lost} lost, {found.doubled} doubled", found.holds)
    kept &= figures.verdict(f"median ratio {ratio:.2f} (the budget: {most})", ratio <= most)
    figures.record(
        options,
        engine,
        "cost, a webhook ÷ a bare Flask route",
        f"{ratio:.2f}; {each:.0f} µs of processor time against {floor:.0f}",
        f"≤ {GOAL[engine]}",
        ratio <= GOAL[engine],
    )
    return kept


def _some(posts: Writer, count: int) -> list[Posted]:
    return [posts.inbound() for _ in range(count)]


def _cost(port: int, leaders: list[int], posts: list[Posted]) -> tuple[float, list[Posted]]:
    before = sum(map(seconds_used, leaders))
    answered = closed_loop(port, posts, CONNECTIONS, LONGEST_SECONDS).answered
    return (sum(map(seconds_used, leaders)) - before) / len(answered) * 1e6, answered


@contextlib.contextmanager
def _bare(stand: Stand) -> Iterator[tuple[Child, int]]:
    port, folder = free_port(), Path(stand.env["DATA_DIR"]) / "bare"
    command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "bench.bare_flask:app"]
    env = {**stand.env, "PORT": str(port), "DATA_DIR": str(folder)}
    child = Child("bare", command, env, folder / "bare.log", ROOT)
    try:
        until(lambda: listens(port), 30)
        yield child, port
    finally:
        end([child])
