"""T1 to T4, T6 and T7: what Twilio, or the way to it, may answer instead of a plain 201."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from itertools import pairwise

from app.domain.clock import now
from faults.ground import Ground
from faults.oracle import message_of
from faults.verdicts import Scenario, Verdict
from harness.ports import free_port

_RETRY_AFTER = 1
_HANG_SECONDS = 30.0
_STARTED = "SELECT message_id, started_at FROM attempt WHERE account_sid = :account ORDER BY id"
_SETTLE_SECONDS = 180.0


def throttled(ground: Ground, runs: int) -> Verdict:
    """T1: 429 five times with Retry-After, then 201."""
    verdict = Verdict(runs, "backoff with jitter, one send")
    times = 2 if ground.quick else 5
    ground.web()
    customers = ground.customers(runs)
    for address, _ in customers:
        ground.stand_in.misbehave("create", "429", times=times, to=address, retry_after=_RETRY_AFTER)
    ground.workers()
    numbers = [ground.ask(conversation, "throttled") for _, conversation in customers]
    ground.wait(lambda: _all_sent(ground, numbers), 180)
    tries = Counter(line.tries for line in ground.books.sent(numbers))
    verdict.figure(f"tries {dict(tries)}", set(tries) == {times + 1})
    gaps = _gaps(ground, numbers)
    verdict.figure(f"pauses {min(gaps):.1f} to {max(gaps):.1f} s", min(gaps) >= _RETRY_AFTER)
    return _sent_once(ground, verdict, numbers)


def _gaps(ground: Ground, numbers: list[int]) -> list[float]:
    started: dict[int, list[str]] = {}
    for number, at in ground.books.rows(_STARTED):
        started.setdefault(number, []).append(at)
    moments = [[_moment(at) for at in started[number]] for number in numbers]
    return [(late - early) for each in moments for early, late in pairwise(each)]


def _moment(at: object) -> float:
    return (at if isinstance(at, datetime) else datetime.fromisoformat(f"{at}+00:00")).timestamp()


def taken_and_failed(ground: Ground, runs: int) -> Verdict:
    """T2: 500, and no answer within the time, after the message was taken."""
    return _lost_answers(ground, runs, ("500_after_accepting", "timeout_after_accepting"))


def unreadable(ground: Ground, runs: int) -> Verdict:
    """T3: the 201 cut short, not JSON, the connection closed or reset instead of it."""
    return _lost_answers(ground, runs, ("cut", "not_json", "drop_after_accepting", "reset_after_accepting"))


def _lost_answers(ground: Ground, runs: int, behaviours: tuple[str, ...]) -> Verdict:
    verdict = Verdict(runs, "≤ 1 each, adopted by callback or list")
    ground.web(concurrency=2)
    hang = 1.0 if ground.quick else _HANG_SECONDS
    ground.workers(count=1 if ground.quick else 2)
    asked: dict[str, list[int]] = {}
    for behaviour in behaviours:
        ground.stand_in.misbehave("create", behaviour, times=-1, seconds=hang)
        ground.stand_in.settings(callbacks="in_order")
        asked[f"{behaviour} with callbacks"] = _asked_and_tried(ground, runs - runs // 2)
        ground.stand_in.settings(callbacks="never")
        asked[f"{behaviour} without"] = _asked_and_tried(ground, runs // 2)
        ground.stand_in.behave()
    every = [number for numbers in asked.values() for number in numbers]
    ground.wait(lambda: _settled(ground, every), _SETTLE_SECONDS)
    for how, numbers in asked.items():
        by = " and ".join(f"{times} by {what}" for what, times in ground.books.settled_by(numbers).items())
        accepted = ground.books.states(numbers)["accepted"]
        verdict.figure(f"{how}: {accepted} of {len(numbers)} ({by})", accepted == len(numbers))
    ground.stand_in.settings(callbacks="in_order")
    return _sent_once(ground, verdict, every)


def _asked_and_tried(ground: Ground, runs: int) -> list[int]:
    numbers = [ground.ask(conversation, f"to be lost {runs}") for _, conversation in ground.customers(runs)]
    ground.wait(lambda: not {"ready", "sending"} & set(ground.books.states(numbers)), _SETTLE_SECONDS)
    return numbers


def no_way(ground: Ground, runs: int) -> Verdict:
    """T4: name not found, connection refused, TLS failed; then Twilio is there."""
    verdict = Verdict(runs, "retried, one send")
    ground.web()
    standing = ground.stand.env["SIMULATOR_PORT"]
    ways = (f"http://127.0.0.1:{free_port()}", f"https://127.0.0.1:{standing}", "https://nobody.invalid")
    numbers = []
    # Some machines need many seconds to learn that there is no such name.
    for way in ways[:2] if ground.quick else ways:
        some = [ground.ask(conversation, way) for _, conversation in ground.customers(runs)]
        workers = ground.workers(TWILIO_API_BASE_URL=way)
        ground.wait(lambda some=some: all(line.tries >= 2 for line in ground.books.sent(some)))
        workers.stop()
        numbers += some
    states = ground.books.states(numbers)
    verdict.figure(f"{states['ready']} of {len(numbers)} wait to be tried again", states["ready"] == len(numbers))
    ground.workers()
    ground.wait(lambda: _all_sent(ground, numbers))
    return _sent_once(ground, verdict, numbers)


def no_list(ground: Ground, runs: int) -> Verdict:
    """T6: the list fails in every way while sends wait to be found in it; each is found once it is back."""
    verdict = Verdict(runs, "settled once the list is back; nothing guessed before")
    ground.web()
    ground.stand_in.settings(callbacks="never")
    ground.stand_in.misbehave("create", "not_json", times=-1)
    ways = ("429", "500", "drop", "cut", "not_json")
    for way in ways:
        ground.stand_in.misbehave("list", way, times=runs)
    ground.workers()
    numbers = _asked_and_tried(ground, runs)
    ground.stand_in.settings(callbacks="in_order")
    began = now()
    # What is planned next after a look that failed is two minutes after the start, then five.
    ground.wait(lambda: _hurried(ground, numbers), 60 if ground.quick else 400)
    ground.stand_in.behave()
    verdict.figure(f"{runs} settled {(now() - began).total_seconds():.0f} s later")
    return _sent_once(ground, verdict, numbers)


def fetched(ground: Ground, runs: int) -> Verdict:
    """T7: no answer arrives, no callback and no list; that Twilio fetched each message's own file is the proof."""
    verdict = Verdict(runs, "accepted by the fetch of its file; the SID found once the list is back")
    ground.web()
    ground.stand_in.settings(callbacks="never")
    ground.stand_in.misbehave("create", "drop_after_accepting", times=-1)
    ground.stand_in.misbehave("list", "500", times=-1)
    ground.workers()
    card = ground.host("card.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Kim\r\nEND:VCARD\r\n")
    customers = ground.customers(runs)
    numbers = [ground.ask(conversation, f"card {n}", media=(card,)) for n, (_, conversation) in enumerate(customers)]
    ground.wait(lambda: _all_sent(ground, numbers), _SETTLE_SECONDS)
    proved = sum(line.reason == "file_fetched" for line in ground.books.sent(numbers))
    verdict.figure(f"{proved} of {runs} accepted by the fetch", proved == runs)
    ground.stand_in.behave()
    ground.stand_in.settings(callbacks="in_order")
    ground.wait(lambda: _numbered(ground, numbers), 400)
    by = ground.books.settled_by(numbers)
    verdict.figure(f"{by['list']} SIDs found in the list", by["list"] == runs)
    return _sent_once(ground, verdict, numbers)


def _numbered(ground: Ground, numbers: list[int]) -> bool:
    ground.books.let_time_pass()
    return all(line.sid for line in ground.books.sent(numbers))


def _hurried(ground: Ground, numbers: list[int]) -> bool:
    ground.books.let_time_pass()
    return _all_sent(ground, numbers)


def _settled(ground: Ground, numbers: list[int]) -> bool:
    if ground.quick:
        ground.books.let_time_pass()
    return _all_sent(ground, numbers)


def _all_sent(ground: Ground, numbers: list[int]) -> bool:
    return ground.books.states(numbers)["accepted"] == len(numbers)


def _sent_once(ground: Ground, verdict: Verdict, numbers: list[int]) -> Verdict:
    ground.no_workers()
    times = Counter(message_of(create) for create in ground.stand_in.record())
    once = sum(times[number] == 1 for number in numbers)
    verdict.figure(f"{once} of {len(numbers)} sent once", once == len(numbers))
    verdict.judge(ground.look())
    return verdict


SCENARIOS = [
    Scenario("T1", "429 five times with Retry-After, then 201", throttled, 20, 2),
    Scenario("T2", "500 and time-out after it was taken, each", taken_and_failed, 500, 4),
    Scenario("T3", "201 cut short, not JSON, closed, reset, each", unreadable, 500, 4),
    Scenario("T4", "name not found, refused, TLS failed, each", no_way, 20, 2),
    Scenario("T6", "the list of messages fails while sends wait to be settled", no_list, 20, 2),
    Scenario("T7", "no answer, no callback, no list: the file's fetch", fetched, 20, 2),
]
