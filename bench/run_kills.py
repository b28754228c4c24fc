"""`kill -9` of the worker, again and again, while a run of a template goes out."""

from __future__ import annotations

import random
import time
from argparse import Namespace
from collections import Counter
from typing import Any

import sqlalchemy as sa

from app.domain.actor import Actor, command
from app.domain.runs import control
from app.domain.runs.control import Terms
from app.store.database import Database, connect
from bench import figures, run_list
from bench.kills_load import Load
from bench.run_list import SID, TEXT
from bench.stands import product
from harness.processes import Stand
from harness.waiting import until

RATE = 80
LEAST_SECONDS_BETWEEN, MOST_SECONDS_BETWEEN = 0.5, 4.0
# Twilio tells of what was under way at a kill within this, by its callback or its list.
SETTLED_SECONDS = 600
_UNDER_WAY = sa.text(
    "SELECT (SELECT count(*) FROM message WHERE direction = 'outbound' AND state IN ('ready', 'sending', 'held'))"
    " + (SELECT count(*) FROM run_recipient WHERE state IN ('planned', 'queued'))"
)
_LINES = sa.text("SELECT state, count(*) FROM run_recipient GROUP BY state")
_MESSAGES = sa.text("SELECT state, count(*) FROM message WHERE direction = 'outbound' GROUP BY state")


def run(options: Namespace, engine: str) -> bool:
    """Kill, compare Twilio's record with the run's list; True when nobody was written to twice and none forgotten."""
    dice = random.Random(options.seed)
    with product(engine, SENDER_RATE=str(RATE)) as stand:
        Load.control(stand, "/control/settings", {"latency_ms": 40})
        Load.control(stand, "/control/templates", {"sid": SID, "text": TEXT, "friendly_name": "bench"})
        database = connect(stand.env["DATABASE_URL"])
        who = command(stand.env["TWILIO_ACCOUNT_SID"])
        _start(database, who, stand, options.recipients)
        began = time.monotonic()
        for _ in range(options.kills):
            time.sleep(dice.uniform(LEAST_SECONDS_BETWEEN, MOST_SECONDS_BETWEEN))
            stand.kill("worker")
            stand.start("worker")
        took = time.monotonic() - began
        reached = _reached(stand)
        until(lambda: _count(database, _UNDER_WAY) == 0, SETTLED_SECONDS, every=1.0)
        kept = _report(
            database, stand, options, f"{options.kills} × kill -9 in {took:.0f} s on {engine}", sum(reached.values())
        )
        database.close()
    return kept


def _start(database: Database, who: Actor, stand: Stand, count: int) -> None:
    run_list.people(database, who, count)
    number, _seconds, _spent = run_list.plan(database, who, stand.env["TWILIO_WHATSAPP_FROM"], count)
    database.write(lambda session: control.start(session, who, number, Terms()))
    until(lambda: sum(_reached(stand).values()) > 0, 60)


def _reached(stand: Stand) -> Counter[str]:
    """How often Twilio's record has each person."""
    record: list[dict[str, Any]] = Load.control(stand, "/control/record")
    return Counter(_person(entry) for entry in record)


def _person(entry: dict[str, Any]) -> str:
    to = entry["params"]["To"]
    return str(to[0] if isinstance(to, list) else to)


def _count(database: Database, question: sa.TextClause) -> int:
    return int(database.read(lambda session: session.execute(question).scalar_one()))


def _report(database: Database, stand: Stand, options: Namespace, title: str, by_then: int) -> bool:
    reached = _reached(stand)
    lines = database.read(lambda session: dict(session.execute(_LINES).tuples().all()))
    messages = database.read(lambda session: dict(session.execute(_MESSAGES).tuples().all()))
    doubled = sum(count > 1 for count in reached.values())
    # A call that was cut and of which Twilio knows nothing is shown as such: a person decides.
    told = sum(count for state, count in messages.items() if state in ("unconfirmed", "failed", "blocked"))
    lost = options.recipients - len(reached) - told
    rows = [
        ("in Twilio's record when the last kill was over", by_then),
        ("people in Twilio's record", len(reached)),
        *((f"lines {state}", count) for state, count in sorted(lines.items())),
        *((f"messages {state}", count) for state, count in sorted(messages.items())),
    ]
    figures.table(f"a run of {options.recipients:,} people, {title} (seed {options.seed})", ("what", "count"), rows)
    kept = [
        figures.target(
            options, f"{by_then:,} of {options.recipients:,} had left by the last kill", by_then < options.recipients
        ),
        figures.verdict(f"{doubled} people written to twice", doubled == 0),
        figures.verdict(f"{lost} people forgotten: neither written to nor told of", lost == 0),
    ]
    return all(kept)
