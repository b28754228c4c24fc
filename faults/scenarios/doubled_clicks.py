"""C1 to C3: two senders of whom one stands still, an opt-out in between, the same draft twice."""

from __future__ import annotations

import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from app.domain.contacts.mobile_spellings import spellings
from faults import hooks as posts
from faults.browser import Browser, hire
from faults.ground import Ground
from faults.oracle import message_of
from faults.verdicts import Scenario, Verdict

# Nine digits after the area's two; the other spelling lacks the first of them.
_BRAZILIAN_MOBILES = "+553198"
_STOPPED_SECONDS = 60.0
_STOPPED_SECONDS_QUICK = 3.0


def stopped_sender(ground: Ground, runs: int) -> Verdict:
    """C1: two senders; one is stopped in the middle of its work for 60 s, and goes on."""
    verdict = Verdict(runs, f"each of {runs} once")
    ground.web(concurrency=2)
    ground.stand_in.settings(latency_ms=100)
    first, _ = ground.workers(), ground.workers()
    numbers = [
        ground.ask(conversation, f"one of two {n}") for n, (_, conversation) in enumerate(ground.customers(runs))
    ]
    ground.wait(lambda: _begun(ground, numbers) >= runs // 10)
    first.signal(signal.SIGSTOP)
    began, lasts = time.monotonic(), _STOPPED_SECONDS_QUICK if ground.quick else _STOPPED_SECONDS
    ground.wait(lambda: time.monotonic() - began > lasts)
    standing_still = ground.books.states(numbers)
    first.signal(signal.SIGCONT)
    ground.wait(lambda: _all_settled(ground, numbers), 240)
    verdict.figure(f"while it stood still: {dict(standing_still)}")
    ground.stand_in.settings(latency_ms=0)
    unknown = ground.books.states(numbers)["unconfirmed"]
    verdict.figure(f"{unknown} shown as not confirmed", unknown <= runs // 100)
    return _each_once(ground, verdict, numbers, unknown)


def _begun(ground: Ground, numbers: list[int]) -> int:
    states = ground.books.states(numbers)
    return states["sending"] + states["accepted"]


def _all_settled(ground: Ground, numbers: list[int]) -> bool:
    if ground.quick:
        ground.books.let_time_pass()
    states = ground.books.states(numbers)
    # What its call was doing when it was stopped may remain unknown.
    return states["accepted"] + states["unconfirmed"] == len(numbers)


def opted_out(ground: Ground, runs: int) -> Verdict:
    """C2: STOP comes between the asking and the claim; from every second one under the other spelling of a mobile."""
    verdict = Verdict(runs, "0 sent")
    ground.web(concurrency=2)
    customers = ground.customers(runs - runs // 2) + ground.customers(runs // 2, numbers=_BRAZILIAN_MOBILES)
    numbers = [ground.ask(conversation, "too late") for _, conversation in customers]
    stops = [posts.inbound(ground, spellings(address)[-1], "STOP") for address, _ in customers]
    verdict.figure(f"{sum(spellings(address)[-1] != address for address, _ in customers)} under the other spelling")
    answers = posts.post(ground, stops, connections=32)
    ground.workers()
    ground.wait(lambda: not {"ready", "sending"} & set(ground.books.states(numbers)))
    sent = Counter(message_of(create) for create in ground.stand_in.record())
    wrongly = sum(sent[number] for number in numbers)
    verdict.figure(f"{ground.books.states(numbers)['blocked']} blocked, {wrongly} sent", wrongly == 0)
    ground.no_workers()
    verdict.judge(ground.look([stop.answered(answer) for stop, answer in zip(stops, answers, strict=True)]))
    return verdict


def double_click(ground: Ground, runs: int) -> Verdict:
    """C3: the same draft twice at once, from one browser's tab and from another's; every second time later on."""
    verdict = Verdict(runs, f"each of {runs} once")
    ground.web(concurrency=2)
    ground.workers()
    login = f"kim{len(ground.books.sent())}"
    hire(ground, login)
    browsers = [Browser(ground, login), Browser(ground, login)]
    answers: Counter[int] = Counter()
    with ThreadPoolExecutor(2) as hands:
        for turn, (_, conversation) in enumerate(ground.customers(runs)):
            tabs = browsers if turn % 2 else browsers[:1] * 2
            token, body = tabs[0].composer_token(conversation), f"twice {login} {turn}"
            presses = [hands.submit(tab.send, conversation, body, token) for tab in tabs]
            answers.update(press.result() for press in presses)
    for browser in browsers:
        browser.close()
    asked = [line for line in ground.books.sent() if line.body.startswith(f"twice {login} ")]
    verdict.figure(f"{2 * runs} clicks answered {dict(answers)}, {len(asked)} messages", len(asked) == runs)
    numbers = [line.id for line in asked]
    ground.wait(lambda: ground.books.states(numbers)["accepted"] == len(numbers))
    return _each_once(ground, verdict, numbers)


def _each_once(ground: Ground, verdict: Verdict, numbers: list[int], unknown: int = 0) -> Verdict:
    ground.no_workers()
    sent = Counter(message_of(create) for create in ground.stand_in.record())
    once, more = sum(sent[n] == 1 for n in numbers), sum(sent[n] > 1 for n in numbers)
    verdict.figure(f"{once} of {len(numbers)} sent once, {more} doubled", once >= len(numbers) - unknown and not more)
    verdict.judge(ground.look())
    return verdict


SCENARIOS = [
    Scenario("C1", "two senders, one of them stopped for 60 s and resumed", stopped_sender, 1000, 30),
    Scenario("C2", "STOP between asking and claiming", opted_out, 500, 5),
    Scenario("C3", "double click, two tabs", double_click, 500, 4),
]
