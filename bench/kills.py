"""`kill -9` of any process of the product, again and again, while webhooks come in and agents answer."""

from __future__ import annotations

import os
import random
import signal
import time
from argparse import Namespace

from bench import figures
from bench.kills_evidence import Evidence, settled
from bench.kills_load import Load
from bench.stands import product
from harness.processes import Stand
from harness.waiting import until

VICTIMS = ("a web worker", "gunicorn's master", "the worker")
READY_SECONDS = 60
SETTLED_SECONDS = 120
# Long enough for what was under way to be under way again.
LEAST_SECONDS_BETWEEN, MOST_SECONDS_BETWEEN = 0.5, 2.5


def run(options: Namespace, engine: str) -> bool:
    """Kill, compare Twilio's record with the database; True when nothing was lost and nothing doubled."""
    dice = random.Random(options.seed)
    with product(engine) as stand:
        _slow_down_twilio(stand)
        load = Load(stand)
        load.start()
        victims = [dice.choice(VICTIMS) for _ in range(options.kills)]
        began = time.monotonic()
        for victim in victims:
            load.go_on_for(dice.uniform(LEAST_SECONDS_BETWEEN, MOST_SECONDS_BETWEEN))
            _kill(stand, victim, dice)
            until(stand.ready, READY_SECONDS, every=0.2)
        load.go_on_for(MOST_SECONDS_BETWEEN)
        took = time.monotonic() - began
        load.stop()
        until(lambda: settled(stand), SETTLED_SECONDS, every=0.5)
        evidence = Evidence.of(stand, load)
    title = f"kills on {engine}: {options.kills} × kill -9 in {took:.0f} s (seed {options.seed})"
    heads = ("killed", "times")
    figures.table(title, heads, [(victim, victims.count(victim)) for victim in VICTIMS])
    return _report(evidence, load)


def _slow_down_twilio(stand: Stand) -> None:
    # Each call takes a while, so that kills fall into calls.
    Load.control(stand, "/control/settings", {"latency_ms": 40, "window": "open"})


def _kill(stand: Stand, victim: str, dice: random.Random) -> None:
    """One kill, and what a supervisor does after it."""
    if victim == "the worker":
        stand.kill("worker")
        stand.start("worker")
        return
    master, *workers = stand.pids("web")
    if victim == "a web worker":
        # gunicorn's master is its supervisor.
        os.kill(dice.choice(workers or [master]), signal.SIGKILL)
        return
    os.kill(master, signal.SIGKILL)
    # As systemd and containers do: what is left of the group ends before it is started anew.
    stand.kill("web")
    stand.start("web")


def _report(evidence: Evidence, load: Load) -> bool:
    rows = [
        ("webhooks answered 2xx", load.taken_in),
        ("webhooks posted again after no answer", load.repeated),
        ("status callbacks answered 2xx", evidence.callbacks),
        ("replies asked for", len(load.asked)),
        ("creates in Twilio's record", evidence.creates),
        *((f"replies now {state}", count) for state, count in sorted(evidence.states.items())),
    ]
    figures.table("load and outcome", ("what", "count"), rows)
    kept = [
        figures.verdict(f"{evidence.webhooks.lost} acknowledged webhooks lost", evidence.webhooks.lost == 0),
        figures.verdict(f"{evidence.webhooks.doubled} webhooks applied twice", evidence.webhooks.doubled == 0),
        figures.verdict(f"{evidence.callbacks_lost} acknowledged callbacks lost", evidence.callbacks_lost == 0),
        figures.verdict(f"{evidence.doubled} messages doubled in Twilio's record", evidence.doubled == 0),
        figures.verdict(f"{evidence.unknown} creates of messages nobody asked for", evidence.unknown == 0),
        figures.verdict(f"{evidence.vanished} replies asked for and not in the outbox", evidence.vanished == 0),
        figures.verdict(f"{evidence.stuck} replies stuck", evidence.stuck == 0),
        figures.verdict(f"load ran without errors of its own {load.errors[:2] or ''}", not load.errors),
    ]
    return all(kept)
