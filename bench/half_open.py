"""Webhooks while hundreds of connections hold half a request each, against the same webhooks without them."""

from __future__ import annotations

from argparse import Namespace

from bench import figures, oracle
from bench.load import Outcome, open_loop
from bench.posts import Posted, Writer
from bench.stands import product, writer
from harness.half_open import PARTS, half_open
from harness.processes import Stand

TARGET_MS = 1000
ALONE = "none"


def run(options: Namespace, engine: str) -> bool:
    """Post at fixed times beside each kind of half a request; True when p95 is met and all was answered and stored."""
    rows, answered, all_met = [], list[Posted](), True
    with product(engine, "web") as stand:
        posts = writer(stand, options.contacts)
        for kind in (ALONE, *PARTS):
            outcome = _beside(stand, kind, options, posts)
            answered += outcome.answered
            times = figures.milliseconds(outcome.latencies)
            rows.append((kind, options.count if kind != ALONE else 0, len(outcome.answered), *times))
            p95 = figures.percentile(outcome.latencies, 0.95) * 1000
            met = p95 < TARGET_MS and len(outcome.answered) == options.rate * options.seconds
            all_met &= figures.target(options, f"{kind}: p95 {p95:.0f} ms (under {TARGET_MS}), all 2xx", met)
        found = oracle.look(stand.env["DATABASE_URL"], answered)
    slowest = max(float(row[4]) for row in rows[1:])
    figures.record(
        options,
        engine,
        f"half_open, p95 beside {options.count} half requests",
        f"{rows[0][4]} ms without; at most {slowest:.0f} ms beside each of the {len(PARTS)} kinds",
        f"< {TARGET_MS} ms",
        all_met,
    )
    heads = ("half requests", "open", "answered 2xx", *figures.MILLISECONDS)
    figures.table(f"half_open on {engine}: {options.rate} webhooks/s for {options.seconds} s", heads, rows)
    kept = figures.verdict(f"{found.answered} answered: {found.lost} lost, {found.doubled} doubled", found.holds)
    return all_met and kept


def _beside(stand: Stand, kind: str, options: Namespace, posts: Writer) -> Outcome:
    port, count = int(stand.env["PORT"]), options.count if kind != ALONE else 0
    schedule = [(number / options.rate, posts.inbound()) for number in range(options.rate * options.seconds)]
    with half_open(port, PARTS.get(kind, b""), count):
        return open_loop(port, schedule)
