"""Durable intake: webhooks a second that the product stores and answers, against a handler that stores nothing."""

from __future__ import annotations

import contextlib
import sys
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import figures, oracle
from bench.load import Outcome, closed_loop
from bench.posts import Posted, Writer
from bench.processor import database_server, seconds_used
from bench.stands import product, writer
from bin.launch.child import Child, end
from bin.launch.environment import ROOT
from harness.ports import free_port, listens
from harness.processes import Stand
from harness.waiting import until

BASE_URL = "https://switchboard.example.com"
TARGET = {"sqlite": 0.4, "postgresql": 0.25}
# Forms are made before the clock starts. A turn that has answered all of them ends early, and counts its own seconds.
MOST_A_SECOND = 5000
WARM_UP_SECONDS = 60


@dataclass(frozen=True)
class Round:
    """One turn of one of the two servers."""

    outcome: Outcome
    processor: float

    @property
    def each(self) -> float:
        """The server's processor time for one request, in microseconds."""
        return self.processor / len(self.outcome.answered) * 1e6


def run(options: Namespace, engine: str) -> bool:
    """Load the product and the bare handler by turns; True when all is stored and the target is met."""
    workers, pairs = options.workers, []
    with product(engine, "web", PUBLIC_BASE_URL=BASE_URL, WEB_CONCURRENCY=str(workers)) as stand:
        with _bare(stand, workers) as (bare, bare_port):
            posts = writer(stand, options.contacts)
            database = database_server(stand.env["DATABASE_URL"])
            servers = ((int(stand.env["PORT"]), [stand.pids("web")[0], *database]), (bare_port, [bare.process.pid]))
            # Every contact has written before, as most of a real team's customers have.
            known = [posts.inbound() for _ in range(options.contacts)]
            for port, _ in servers:
                closed_loop(port, known, options.connections, WARM_UP_SECONDS)
            for _ in range(options.pairs):
                turns = [_turn(*server, posts, options.connections, options.seconds) for server in servers]
                pairs.append((turns[0], turns[1]))
        answered = [posted for product_turn, _ in pairs for posted in product_turn.outcome.answered]
        found = oracle.look(stand.env["DATABASE_URL"], answered)
    return _report(engine, options, pairs, found)


def _turn(port: int, leaders: list[int], writer: Writer, connections: int, seconds: float) -> Round:
    posts = _prepared(writer, seconds)
    before = sum(map(seconds_used, leaders))
    outcome = closed_loop(port, posts, connections, seconds)
    return Round(outcome, sum(map(seconds_used, leaders)) - before)


def _prepared(writer: Writer, seconds: float) -> list[Posted]:
    return [writer.inbound() for _ in range(int(MOST_A_SECOND * seconds))]


@contextlib.contextmanager
def _bare(stand: Stand, workers: int) -> Iterator[tuple[Child, int]]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "--factory", "bench.bare:create", "--port", str(port)]
    command += ["--workers", str(workers), "--no-access-log", "--log-level", "warning"]
    told = {"BENCH_AUTH_TOKEN": stand.env["TWILIO_AUTH_TOKEN"], "BENCH_BASE_URL": BASE_URL}
    child = Child("bare", command, {**stand.env, **told}, Path(stand.env["DATA_DIR"]) / "log/bare.log", ROOT)
    try:
        until(lambda: listens(port), 30)
        yield child, port
    finally:
        end([child])


def _report(engine: str, options: Namespace, pairs: list[tuple[Round, Round]], found: oracle.Found) -> bool:
    rows = []
    for number, pair in enumerate(pairs, 1):
        for name, turn in zip(("product", "bare"), pair, strict=True):
            times = figures.milliseconds(turn.outcome.latencies)
            share = f"{pair[0].outcome.rate / pair[1].outcome.rate:.2f}" if name == "product" else ""
            rows.append((number, name, f"{turn.outcome.rate:.0f}", *times, f"{turn.each:.0f}", share))
    heads = ("pair", "server", "answers/s", *figures.MILLISECONDS, "CPU µs each", "ratio")
    figures.table(f"intake on {engine}: {options.connections} connections, {options.workers} workers each", heads, rows)
    ratio = figures.median(product.outcome.rate / bare.outcome.rate for product, bare in pairs)
    ours, theirs = zip(*pairs, strict=True)
    rates = [figures.median(turn.outcome.rate for turn in server) for server in (ours, theirs)]
    costs = [figures.median(turn.each for turn in server) for server in (ours, theirs)]
    figures.record(
        options,
        engine,
        "intake, median ratio",
        f"{ratio:.2f}; {rates[0]:,.0f} a second against {rates[1]:,.0f}, {costs[0]:,.0f} µs of processor time each "
        f"against {costs[1]:,.0f}",
        f"≥ {TARGET[engine]}",
        ratio >= TARGET[engine],
    )
    kept = figures.verdict(f"{found.answered} answered: {found.lost} lost, {found.doubled} doubled", found.holds)
    return (
        figures.target(options, f"median ratio {ratio:.2f} (at least {TARGET[engine]})", ratio >= TARGET[engine])
        and kept
    )
