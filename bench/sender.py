"""The sender: whether it holds the rate that is set, and how near it comes to a bare loop of the SDK without one."""

from __future__ import annotations

from argparse import Namespace

from bench import figures
from bench.sender_turns import turns

RATE = 80
OFF_BY = 0.02
TARGET = 0.9
# Of each turn's start nothing is counted while connections are made and caches fill.
WARM_UP_SECONDS = 2.0
EXACT = "each message that left is in Twilio's record once, under its SID"


def run(options: Namespace, engine: str) -> bool:
    """Measure both; True when the rate was held, the ratio reached, and nothing lost or sent twice."""
    held = _hold(options, engine)
    return _compare(options, engine) and held


def _hold(options: Namespace, engine: str) -> bool:
    seconds = options.seconds
    with turns(options, engine, RATE) as there:
        rate = there.sender(seconds, warm_up=0, count=int(RATE * (seconds + 10))).rate
        exact = there.all_is_exact()
    off = abs(rate - RATE) / RATE
    said = f"{rate:.2f}/s where {RATE}/s is set, over {seconds:.0f} s: {off:.1%} off (at most {OFF_BY:.0%})"
    print(f"\nsender on {engine}: the rate")
    result = f"{rate:.2f} a second, {off:.1%} off"
    figures.record(options, engine, "sender, the rate set", result, f"≤ {OFF_BY:.0%}", off <= OFF_BY)
    met = figures.target(options, said, off <= OFF_BY)
    return figures.verdict(EXACT, exact) and met


def _compare(options: Namespace, engine: str) -> bool:
    seconds, pairs = options.pair_seconds, []
    with turns(options, engine, rate=0) as there:
        most = int(options.concurrency / (options.latency_ms / 1000) * (seconds + WARM_UP_SECONDS + 5))
        for _ in range(options.pairs):
            pairs.append((there.sender(seconds, WARM_UP_SECONDS, most), there.bare(seconds, WARM_UP_SECONDS)))
        exact = there.all_is_exact()
    rows = []
    for number, (sender, bare) in enumerate(pairs, 1):
        rows.append(
            (number, "sender", f"{sender.rate:.1f}", f"{sender.processor:.0f}", f"{sender.rate / bare.rate:.2f}")
        )
        rows.append((number, "bare", f"{bare.rate:.1f}", f"{bare.processor:.0f}", ""))
    title = f"sender on {engine}: no limit, {options.concurrency} at once, {options.latency_ms} ms latency"
    figures.table(title, ("pair", "loop", "creates/s", "CPU µs each", "ratio"), rows)
    ratio = figures.median(sender.rate / bare.rate for sender, bare in pairs)
    each = figures.median(sender.processor for sender, _ in pairs)
    result = f"{ratio:.2f}; {each:,.0f} µs of processor time for each message"
    figures.record(options, engine, "sender, median ratio", result, f"≥ {TARGET}", ratio >= TARGET)
    met = figures.target(options, f"median ratio {ratio:.2f} (at least {TARGET})", ratio >= TARGET)
    return figures.verdict(EXACT, exact) and met
