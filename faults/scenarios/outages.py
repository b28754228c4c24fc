"""K13 and P1: kills at random under load both ways, and an hour without the web."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor

from app.store.errors import DatabaseUnavailable
from faults.ground import Ground
from faults.processes import Leader
from faults.verdicts import Scenario, Verdict
from harness.standin import NEVER_REPEATED, REPEATED

_PROCESSES = 2
_WRITERS = 3
_KILL_PAUSE_SECONDS = 0.2
_FILES = "SELECT count(*) FROM inbound_media WHERE account_sid = :account AND state = 'fetched'"


def at_random(ground: Ground, runs: int) -> Verdict:
    """K13: `runs` kills of web and worker processes at random while messages come in and go out."""
    verdict = Verdict(runs, "0 violations")
    ground.stand_in.settings(inbound_rules=REPEATED)
    leaders = [ground.web(concurrency=_PROCESSES), ground.workers(count=_PROCESSES)]
    customers, over = ground.customers(60), threading.Event()
    with ThreadPoolExecutor(_WRITERS + 1) as people:
        writers = [people.submit(_write, ground, customers, number, over) for number in range(_WRITERS)]
        asker = people.submit(_ask, ground, customers, over)
        try:
            _kill(ground, leaders, runs)
        finally:
            over.set()
    sids = [sid for writer in writers for sid in writer.result()]
    kills = sum(leader.kills for leader in leaders)
    verdict.figure(f"{kills} kills, {len(sids)} messages in, {len(asker.result())} out", kills >= runs)
    ground.no_workers()
    ground.web(concurrency=2)
    return _after_the_outage(ground, verdict, sids, asker.result())


def _kill(ground: Ground, leaders: list[Leader], runs: int) -> None:
    pause, dice = threading.Event(), random.Random(runs)
    for _ in range(runs):
        ground.wait(lambda: all(len(leader.pids()) == _PROCESSES for leader in leaders))
        pause.wait(dice.uniform(0, _KILL_PAUSE_SECONDS))
        leader = dice.choice(leaders)
        before = leader.kills
        leader.kill_one(dice.choice(leader.pids()))
        ground.wait(lambda leader=leader, before=before: leader.kills > before)


def _write(ground: Ground, customers: list[tuple[str, int]], number: int, over: threading.Event) -> list[str]:
    sids: list[str] = []
    while not over.wait(0.02):
        address = customers[(len(sids) * _WRITERS + number) % len(customers)][0]
        media = ["picture"] if len(sids) % 20 == 0 else []
        sids.append(str(ground.stand_in.customer_writes(address, f"in {len(sids)}", media=media)["sid"]))
    return sids


def _ask(ground: Ground, customers: list[tuple[str, int]], over: threading.Event) -> list[int]:
    numbers: list[int] = []
    while not over.wait(0.05):
        turn = len(numbers)
        try:
            numbers.append(ground.ask(customers[turn % len(customers)][1], f"out {turn}", f"out {turn}"))
        except DatabaseUnavailable:
            continue
    return numbers


def _after_the_outage(ground: Ground, verdict: Verdict, sids: list[str], numbers: list[int]) -> Verdict:
    ground.workers()
    ground.wait(lambda: set(sids) <= set(ground.books.received()), 180)
    recovered = sum(ground.books.received()[sid].origin == "recovered" for sid in sids)
    ground.wait(lambda: _nothing_open(ground, numbers), 300)
    verdict.figure(f"all there, {recovered} of them pulled; out: {dict(ground.books.states(numbers))}")
    # Callbacks and files that are still under way belong to what is looked at.
    ground.wait(lambda: _still(ground), 180)
    ground.stand_in.settings(inbound_rules="")
    ground.no_workers()
    verdict.judge(ground.look())
    return verdict


def _nothing_open(ground: Ground, numbers: list[int]) -> bool:
    if ground.quick:
        ground.books.let_time_pass()
    return not {"ready", "sending"} & set(ground.books.states(numbers))


def _still(ground: Ground) -> bool:
    if ground.quick:
        ground.books.let_holds_pass()
    wanted = "SELECT count(*) FROM inbound_media WHERE account_sid = :account AND state = 'wanted'"
    return not ground.books.rows(wanted)[0][0]


def web_down(ground: Ground, runs: int) -> Verdict:
    """P1: customers write while nobody answers at the webhook's address; at the next start it is pulled."""
    verdict = Verdict(runs, "all pulled, marked as recovered, files too")
    ground.no_web()
    ground.stand_in.settings(inbound_rules=NEVER_REPEATED)
    sids = []
    for turn in range(runs):
        media = ["picture"] if turn % 5 == 0 else []
        told = ground.stand_in.customer_writes(f"whatsapp:+1415559{turn % 100:04d}", f"down {turn}", media=media)
        sids.append(told["sid"])
    ground.stand_in.settings(inbound_rules="")
    before = ground.books.rows(_FILES)[0][0]
    ground.web(concurrency=2)
    ground.workers()
    ground.wait(lambda: set(sids) <= set(ground.books.received()), 180)
    lines = [ground.books.received()[sid] for sid in sids]
    recovered = sum(line.origin == "recovered" for line in lines)
    verdict.figure(f"{recovered} of {runs} recovered", recovered == runs)
    files = (runs + 4) // 5
    ground.wait(lambda: ground.books.rows(_FILES)[0][0] - before >= files)
    verdict.figure(f"{ground.books.rows(_FILES)[0][0] - before} of {files} files here")
    ground.no_workers()
    verdict.judge(ground.look())
    return verdict


SCENARIOS = [
    Scenario("K13", "kills at random under load both ways", at_random, 1000, 4),
    Scenario("P1", "the web process is down while customers write", web_down, 500, 5),
]
