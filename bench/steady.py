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
# On the machine of docs/figures.md; a line that was heard of is on every screen within the second.
TARGET_MS = {"sqlite": 50, "postgresql": 100}
LONGEST_MS = 1000
WARM_UP_SECONDS = 120


def run(options: Namespace, engine: str) -> bool:
    """Post the schedule; True when p95 is met, all was answered 2xx and stored, and no console lost its stream."""
    name = "steady with statuses" if options.statuses else "steady"
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
    figures.table(f"{name} on {engine}: {options.rate} requests/s for {options.seconds:.0f} s", heads, [row])
    p95, target = figures.percentile(outcome.latencies, 0.95) * 1000, TARGET_MS[engine]
    figures.record(
        options,
        engine,
        f"{name}, p95",
        f"{p95:,.0f} ms; {outcome.rate:.0f} of {options.rate} a second answered, {options.consoles} consoles, "
        f"{each:,.0f} µs of processor time for each webhook",
        f"< {target} ms",
        p95 < target,
    )
    longest = reading.longest * 1000
    if options.consoles > 1:
        result = f"{longest:,.0f} ms between two frames, at most; frames each {_span(reading.frames)}"
        figures.record(options, engine, f"{name}, a console waits", result, f"≤ {LONGEST_MS} ms", longest <= LONGEST_MS)
    kept = [
        figures.target(options, f"p95 {p95:.1f} ms from the scheduled time (under {target})", p95 < target),
        figures.target(options, f"a console waits {longest:.0f} ms for a frame (at most)", longest <= LONGEST_MS),
        figures.verdict(f"{found.answered} answered: {found.lost} lost, {found.doubled} doubled", found.holds),
        figures.verdict(
            f"{reading.lost} consoles lost their stream; frames each {_span(reading.frames)}", not reading.lost
        ),
    ]
    return all(kept)


def _schedule(options: Namespace, posts: Writer, stand: Stand) -> list[tuple[float, Posted]]:
    count = int(options.rate * options.seconds)
    share = 0 if options.statuses else INBOUND_SHARE
    is_inbound = [number < count * share for number in range(count)]
    random.Random(2).shuffle(is_inbound)
    told = iter(statuses(posts, stand.env["DATABASE_URL"], is_inbound.count(False)))
    return [(n / options.rate, posts.inbound() if inbound else next(told)) for n, inbound in enumerate(is_inbound)]


def _span(frames: list[int]) -> str:
    return f"{min(frames)}–{max(frames)}" if frames else "0"
