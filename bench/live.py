"""From a webhook's answer to its line in a browser's page, while many consoles are open."""

from __future__ import annotations

import random
import time
from argparse import Namespace

from playwright.sync_api import Page

from bench import figures
from bench.consoles import consoles
from bench.load import Outcome, closed_loop, open_loop
from bench.posts import Posted
from bench.stands import product, writer

TARGET_MS = 100
CONTACTS = 200
WARM_UP_SECONDS = 60
# A page's clock is the system's; more than this apart and nothing could be said.
MOST_CLOCK_OFFSET = 0.005
WATCH = """() => {
  window.figures = {};
  new MutationObserver((records) => {
    const at = (performance.timeOrigin + performance.now()) / 1000;
    for (const record of records) for (const node of record.addedNodes)
      for (const [word] of (node.textContent || '').matchAll(/figure-\\d{6}/g)) window.figures[word] ??= at;
  }).observe(document.getElementById('lines'), { childList: true, subtree: true });
}"""


def run(options: Namespace, engine: str) -> bool:
    """Post at random moments and ask the page when it had each line; True when all came and p95 is met."""
    with product(engine) as stand:
        port, posts = int(stand.env["PORT"]), writer(stand)
        closed_loop(port, [posts.inbound(contact=contact) for contact in range(CONTACTS)], 8, WARM_UP_SECONDS)
        words = {}
        with consoles(stand, options.consoles) as reading:
            reading.page.evaluate(WATCH)
            offset = _clock_offset(reading.page)
            schedule, at = list[tuple[float, Posted]](), 0.5
            for number in range(options.count):
                at += random.expovariate(options.rate)
                posted = posts.inbound(body=f"figure-{number:06d}", contact=number % CONTACTS)
                words[posted.key] = f"figure-{number:06d}"
                schedule.append((at, posted))
            outcome = open_loop(port, schedule, connections=16)
            # What isn't there after this is missing.
            seen = _seen(reading.page, options.count)
    return _report(options, engine, outcome, {key: seen[word] for key, word in words.items() if word in seen}, offset)


def _seen(page: Page, count: int) -> dict[str, float]:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        seen: dict[str, float] = page.evaluate("window.figures")
        if len(seen) == count:
            break
        page.wait_for_timeout(100)
    return seen


def _clock_offset(page: Page) -> float:
    """By how much the page's clock is ahead, from the quickest of some questions."""
    tries = list[tuple[float, float]]()
    for _ in range(20):
        asked = time.time()
        told = page.evaluate("(performance.timeOrigin + performance.now()) / 1000")
        answered = time.time()
        tries.append((answered - asked, told - (asked + answered) / 2))
    offset: float = min(tries)[1]
    return offset


def _report(options: Namespace, engine: str, outcome: Outcome, seen: dict[str, float], offset: float) -> bool:
    answered = zip(outcome.answered, outcome.answered_at, outcome.latencies, strict=True)
    pairs = [(seen[posted.key] - at, latency) for posted, at, latency in answered if posted.key in seen]
    to_line = [line for line, _ in pairs]
    rows = [
        ("answered → line", *figures.milliseconds(to_line)),
        ("posted → line", *figures.milliseconds([line + latency for line, latency in pairs])),
    ]
    title = f"live on {engine}: {options.count} webhooks at about {options.rate}/s, {options.consoles} consoles"
    figures.table(title, ("", *figures.MILLISECONDS), rows)
    p95 = figures.percentile(to_line, 0.95) * 1000
    figures.record(options, engine, "live, p95", f"{p95:.0f} ms", f"≤ {TARGET_MS} ms", p95 <= TARGET_MS)
    missing = len(outcome.answered) - len(pairs)
    kept = [
        figures.verdict(f"{missing} of {len(outcome.answered)} lines missing in the page", missing == 0),
        figures.target(options, f"p95 {p95:.1f} ms from answer to line (at most {TARGET_MS})", p95 <= TARGET_MS),
        figures.verdict(f"the page's clock is {offset * 1000:.1f} ms off", abs(offset) < MOST_CLOCK_OFFSET),
    ]
    return all(kept)
