"""A run of a template: how long the plan takes, whether the rate is held, and how long a reply waits beside it."""

from __future__ import annotations

import time
from argparse import Namespace
from datetime import UTC, datetime
from functools import partial

from app.domain.actor import Actor, command
from app.domain.runs import control
from app.domain.runs.control import Terms
from app.domain.sending import outbox
from app.store.messages import attempts
from bench import figures, run_list
from bench.run_list import SID, TEXT
from bench.sender_turns import Turns, turns

RATE = 80
OFF_BY = 0.02
PLANNED_WITHIN = 20.0
REPLY_WITHIN = 1.0
REPLIES = 20
EXACT = "each message that left is in Twilio's record once, under its SID"


def run(options: Namespace, engine: str) -> bool:
    """Measure them; True when all are within what is promised."""
    options.concurrency, options.latency_ms = 20, 100
    with turns(options, engine, RATE) as there:
        who, database = command(there.account_sid), there.database
        there.know_template(SID, TEXT)
        run_list.people(database, who, options.recipients)
        number, seconds, spent = run_list.plan(database, who, there.sender_address, options.recipients)
        planned = _say_plan(options, engine, seconds, spent)
        rate, waits = _let_out(options, there, who, number)
        exact = figures.verdict(EXACT, there.all_is_exact())
    off = abs(rate - RATE) / RATE
    said = f"{rate:.2f}/s where {RATE}/s is set, over {options.seconds:.0f} s: {off:.1%} off (at most {OFF_BY:.0%})"
    result = f"{rate:.2f} a second, {off:.1%} off"
    figures.record(options, engine, "run, the rate set", result, f"≤ {OFF_BY:.0%}", off <= OFF_BY)
    held = figures.target(options, said, off <= OFF_BY)
    longest = max(waits)
    told = f"{figures.median(waits) * 1000:.0f} ms, at most {longest * 1000:.0f} ms"
    figures.record(options, engine, "run, an agent's reply beside it waits", told, "≤ 1 s", longest <= REPLY_WITHIN)
    replied = figures.target(options, f"a reply beside it waits {told} (at most 1 s)", longest <= REPLY_WITHIN)
    return planned and held and replied and exact


def _say_plan(options: Namespace, engine: str, seconds: float, spent: float) -> bool:
    said = f"{options.recipients:,} recipients planned in {seconds:.1f} s, {spent:.1f} s of processor time"
    reached = seconds <= PLANNED_WITHIN
    figures.record(options, engine, "run, planned", said, f"≤ {PLANNED_WITHIN:.0f} s", reached)
    return figures.target(options, f"{said} (at most {PLANNED_WITHIN:.0f} s)", reached)


def _let_out(options: Namespace, there: Turns, who: Actor, number: int) -> tuple[float, list[float]]:
    """Messages a second of the run, and how long each reply beside it waited."""

    def begin() -> None:
        there.database.write(lambda session: control.start(session, who, number, Terms()))

    turn = there.of_run(begin, options.seconds, 5.0)
    waits = [_reply(there, who, index) for index in range(REPLIES)]
    there.end_run()
    return turn.rate, waits


def _reply(there: Turns, who: Actor, index: int) -> float:
    """Seconds from an agent's asking to the call to Twilio."""
    asked, place = datetime.now(UTC), there.conversation_ids[index]
    ask = partial(
        outbox.enqueue_text, actor=who, conversation_id=place, body="On its way.", request_key=f"bench:{index}"
    )
    message_id = there.database.write(ask).message_id
    assert message_id is not None
    while not (found := there.database.read(lambda session: attempts.of_message(session, who.account_sid, message_id))):
        time.sleep(0.01)
    return (found[0].started_at - asked).total_seconds()
