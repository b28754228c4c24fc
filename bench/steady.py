"""A steady stream of webhooks, arriving at fixed times, while consoles are open."""

from __future__ import annotations

import random
from argparse import Namespace

from bench import figures, oracle
from bench.consoles import consoles
from bench.load import closed_loop, open_loop
from bench.posts import Posted, Writer
from bench.processor import database_server, seconds_used
from bench.sent import statuses
from bench.stands import product, writer
from harness.processes import Stand

INBOUND_SHARE = 0.7
TARGET_MS = 50
WARM_UP_SECONDS = 120


def run(options: Namespace, engine: str) -> bool:
    """Post the schedule; True when p95 is met, all was answered 2xx and stored, and no console lost its stream."""
    with product(engine) as stand:
        port, posts = int(stand.env["PORT"]), writer(stand, options.contacts)
        known = closed_loop(port, [posts.inbound() for _ in range(options.contacts)], 16, WARM_UP_SECONDS)
        schedule = _schedule(options, posts, stand)
        leaders = [stand.pids("web")[0], *database_server(stand.env["DATABASE_URL"])]
        with consoles(stand, options.consoles) as reading:
            before = sum(map(seconds_used, leaders))
            outcome = open_loop(port, schedule)
            each = (sum(map(seconds_used, leaders)) - before) / len(outcome.answered) * 1e6
        found = oracle.look(stand.env["DATABASE_URL"], known.answered + outcome.answered)
    row = (
        options.consoles,
        f"{outcome.rate:.0f}",
        len(outcome.answered),
        f"{each:.0f}",
        *figures.milliseconds(outcome.latencies),
    )
    heads = ("consoles", "answers/s", "answered 2xx", "CPU µs each", *figures.MILLISECONDS)
    figures.table(f"steady on {engine}: {options.rate} requests/s for {options.seconds:.0f} s", heads, [row])
    p95 = figures.percentile(outcome.latencies, 0.95) * 1000
    figures.record(
        options,
        engine,
        "steady, p95",
        f"{p95:,.0f} ms; {outcome.rate:.0f} of {options.rate} a second answered, {options.consoles} consoles, "
        f"{each:,.0f} µs of processor time for each webhook",
        f"< {TARGET_MS} ms",
        p95 < TARGET_MS,
    )
    kept = [
        figures.target(options, f"p95 {p95:.1f} ms from the scheduled time (under {TARGET_MS})", p95 < TARGET_MS),
        figures.verdict(f"{found.answered} answered: {found.lost} lost, {found.doubled} doubled", found.holds),
        figures.verdict(
            f"{reading.lost} consoles lost their stream; frames each {_span(reading.frames)}", not reading.lost
        ),
    ]
    return all(kept)


def _schedule(options: Namespace, posts: Writer, stand: Stand) -> list[tuple[float, Posted]]:
    count = int(options.rate * options.seconds)
    is_inbound = [number < count * INBOUND_SHARE for number in range(count)]
    random.Random(2).shuffle(is_inbound)
    told = iter(statuses(posts, stand.env["DATABASE_URL"], is_inbound.count(False)))
    return [(n / options.rate, posts.inbound() if inbound else next(told)) for n, inbound in enumerate(is_inbound)]


def _span(frames: list[int]) -> str:
    return f"{min(frames)}–{max(frames)}" if frames else "0"
