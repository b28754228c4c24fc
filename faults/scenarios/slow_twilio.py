"""T5: every call of Twilio takes 25 s; the console doesn't notice, and another sender's messages move on."""

from __future__ import annotations

import time

from bench.figures import percentile
from faults.browser import Browser, hire
from faults.ground import SENDERS, Ground
from faults.verdicts import Scenario, Verdict

_SLOW_SECONDS = 25.0
_P95_MS = 300.0


def slow(ground: Ground, runs: int) -> Verdict:
    """`runs` pages are opened while calls for one sender, and all questions, take 25 s."""
    verdict = Verdict(runs, "console p95 < 300 ms; another sender's messages move on")
    ground.web(concurrency=2)
    ground.workers()
    login = f"kim{len(ground.books.sent())}"
    hire(ground, login)
    seconds = 2.0 if ground.quick else _SLOW_SECONDS
    ground.stand_in.misbehave("create", "slow", times=-1, seconds=seconds, sender=SENDERS[0])
    for operation in ("list", "fetch", "media"):
        ground.stand_in.misbehave(operation, "slow", times=-1, seconds=seconds)
    held = [ground.ask(conversation, "slow") for _, conversation in ground.customers(60)]
    other = ground.customers(20, SENDERS[1])
    began = time.monotonic()
    quick = [ground.ask(conversation, "quick") for _, conversation in other]
    latencies = _open_pages(ground, login, runs, [conversation for _, conversation in other])
    ground.wait(lambda: ground.books.states(quick)["accepted"] == len(quick), 60)
    p95 = percentile(latencies, 0.95) * 1000
    verdict.figure(f"p95 {p95:.0f} ms of {runs} pages", p95 < _P95_MS or ground.quick)
    states = ground.books.states(held)
    verdict.figure(f"the other sender's {len(quick)} accepted within {time.monotonic() - began:.1f} s of asking")
    verdict.figure(f"the slow sender's: {dict(states)}", sum(states.values()) == len(held))
    ground.stand_in.behave()
    ground.wait(lambda: _settled(ground, held), 300)
    ground.no_workers()
    verdict.judge(ground.look())
    return verdict


def _open_pages(ground: Ground, login: str, runs: int, conversations: list[int]) -> list[float]:
    browser, latencies = Browser(ground, login), []
    for turn in range(runs):
        page = ("/", f"/conversations/{conversations[turn % len(conversations)]}", "/feed")[turn % 3]
        began = time.monotonic()
        browser.get(page)
        latencies.append(time.monotonic() - began)
    browser.close()
    return latencies


def _settled(ground: Ground, numbers: list[int]) -> bool:
    if ground.quick:
        ground.books.let_time_pass()
    return not {"ready", "sending"} & set(ground.books.states(numbers))


SCENARIOS = [Scenario("T5", "every call of Twilio takes 25 s", slow, 300, 9, alone=True)]
