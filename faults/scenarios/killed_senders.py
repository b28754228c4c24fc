"""K4 to K7: the worker is killed between the intent, the claim, the call, the answer and its being written down."""

from __future__ import annotations

import contextlib
import time

from app import fault_points
from faults.ground import Ground
from faults.oracle import message_of
from faults.verdicts import Scenario, Verdict
from harness.waiting import until

# Longer than the 20 ms after which the kill comes, so that the answer can't be back.
_LATENCY_MS = 150
_RESTART_SECONDS = 60.0
_ADOPTED_SECONDS = 120.0


def before_claim(ground: Ground, runs: int) -> Verdict:
    """K4: asked, and killed before the claim; a worker that comes after sends it, once."""
    verdict = Verdict(runs, f"{runs} of {runs} sent once")
    # Each worker sends what the one before it left, and dies when it looks at the next. With one call at a time it
    # doesn't look before that call has its answer, or the kill would fall into the call.
    numbers = _kill_at_each(ground, f"{fault_points.BEFORE_CLAIM}:2", runs, warm_up=True, at_once="1")
    sent = _times_sent(ground, numbers)
    verdict.figure(f"{sent.count(1)} sent once, {sum(times > 1 for times in sent)} doubled", set(sent) == {1})
    return _conclude(ground, verdict)


def after_claim(ground: Ground, runs: int) -> Verdict:
    """K5: claimed and killed: nothing left, and that can't be known."""
    verdict = Verdict(runs, "0 sent; all shown as not confirmed")
    numbers = _kill_at_each(ground, fault_points.AFTER_CLAIM, runs)
    _none_stuck(ground, verdict, numbers)
    states = ground.books.states(numbers)
    verdict.figure(f"{sum(_times_sent(ground, numbers))} sent", sum(_times_sent(ground, numbers)) == 0)
    verdict.figure(f"{states['unconfirmed']} of {runs} not confirmed", states["unconfirmed"] == runs)
    return _conclude(ground, verdict)


def after_call_left(ground: Ground, runs: int) -> Verdict:
    """K6: killed when the call's bytes had left."""
    ground.stand_in.settings(latency_ms=_LATENCY_MS)
    verdict = _adopted(ground, fault_points.CALL_LEAVES, runs)
    ground.stand_in.settings(latency_ms=0)
    return verdict


def after_answer(ground: Ground, runs: int) -> Verdict:
    """K7: killed with the 201 in hand, before the SID was stored."""
    return _adopted(ground, fault_points.AFTER_ANSWER, runs)


def _adopted(ground: Ground, point: str, runs: int) -> Verdict:
    """Half of the runs with callbacks, half without any: those are found in Twilio's list."""
    verdict = Verdict(runs, "0 doubled; all visible; ≥ 99 % adopted within 120 s when callbacks come, the rest by list")
    with_callbacks = _kill_at_each(ground, point, runs - runs // 2)
    ground.stand_in.settings(callbacks="never")
    without = _kill_at_each(ground, point, runs // 2, keep_web=True)
    _none_stuck(ground, verdict, [*with_callbacks, *without])
    for numbers, how in ((with_callbacks, "with callbacks"), (without, "without")):
        wanted = _in_record(ground, numbers)
        took = _until_adopted(ground, wanted)
        adopted = ground.books.states(wanted)["accepted"]
        by = " and ".join(f"{times} by {what}" for what, times in ground.books.settled_by(wanted).items())
        verdict.figure(f"{how}: {adopted} of {len(wanted)} adopted ({by}) {took:.0f} s", adopted >= 0.99 * len(wanted))
    ground.stand_in.settings(callbacks="in_order")
    sent = _times_sent(ground, [*with_callbacks, *without])
    verdict.figure(f"{sum(times > 1 for times in sent)} doubled", max(sent, default=0) <= 1)
    return _conclude(ground, verdict)


def _kill_at_each(
    ground: Ground, crash_at: str, runs: int, *, warm_up: bool = False, keep_web: bool = False, at_once: str = "50"
) -> list[int]:
    """Ask `runs` times, each time for a new customer, and wait until a worker was killed for it."""
    if not keep_web:
        ground.web()
    workers = ground.workers(crash_at=crash_at, SENDER_CONCURRENCY=at_once)
    numbers: list[int] = []
    for turn, (_, conversation) in enumerate(ground.customers(runs + warm_up)):
        if warm_up and numbers:
            # Two that wait at once would be sent by one worker in one go, and a call under way would be killed too.
            ground.wait(lambda: _all_accepted(ground, numbers))
        numbers.append(ground.ask(conversation, f"{crash_at} {turn}"))
        if turn or not warm_up:
            until(lambda turn=turn: workers.kills > turn - warm_up, 60)  # type: ignore[misc]
    if warm_up:
        ground.wait(lambda: _all_accepted(ground, numbers))
    workers.kill()
    return numbers


def _all_accepted(ground: Ground, numbers: list[int]) -> bool:
    return ground.books.states(numbers)["accepted"] == len(numbers)


def _none_stuck(ground: Ground, verdict: Verdict, numbers: list[int]) -> None:
    """I3: within 60 s of the restart each is finished, waiting, or shown as not confirmed."""
    ground.workers()
    began = time.monotonic()

    def none_open() -> bool:
        if ground.quick:
            ground.books.let_time_pass()
        return not ground.books.states(numbers)["sending"]

    # The claims' own 60 s may begin a moment after those of the restart.
    ground.wait(none_open, _RESTART_SECONDS + 30)
    took = time.monotonic() - began
    verdict.figure(f"none stuck {took:.0f} s after the restart", took < _RESTART_SECONDS + 5)


def _until_adopted(ground: Ground, numbers: list[int]) -> float:
    began = time.monotonic()

    def adopted() -> bool:
        if ground.quick:
            ground.books.let_time_pass()
        return _all_accepted(ground, numbers)

    with contextlib.suppress(AssertionError):
        ground.wait(adopted, _ADOPTED_SECONDS)
    return time.monotonic() - began


def _in_record(ground: Ground, numbers: list[int]) -> list[int]:
    creates = {message_of(create) for create in ground.stand_in.record()}
    return [number for number in numbers if number in creates]


def _times_sent(ground: Ground, numbers: list[int]) -> list[int]:
    creates = [message_of(create) for create in ground.stand_in.record()]
    return [creates.count(number) for number in numbers]


def _conclude(ground: Ground, verdict: Verdict) -> Verdict:
    ground.no_workers()
    verdict.judge(ground.look())
    return verdict


SCENARIOS = [
    Scenario("K4", "the worker dies after the intent, before the claim", before_claim, 200, 3),
    Scenario("K5", "the worker dies after the claim", after_claim, 200, 3),
    Scenario("K6", "the worker dies after the call's bytes left", after_call_left, 200, 4),
    Scenario("K7", "the worker dies after the 201, before the SID is stored", after_answer, 200, 4),
]
