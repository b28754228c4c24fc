"""A run of a template: how long the plan takes, whether the rate is held, and how long a reply waits beside it."""

from __future__ import annotations

import time
from argparse import Namespace
from datetime import UTC, datetime, timedelta
from functools import partial

from app.domain.actor import Actor, command
from app.domain.clock import now
from app.domain.consent import ledger
from app.domain.consent.entry import Entry
from app.domain.contacts import find_or_create
from app.domain.runs import control, lists, planning
from app.domain.runs.control import Terms
from app.domain.runs.lists import NewRun
from app.domain.runs.variable_columns import Filling, ListColumns
from app.domain.sending import outbox
from app.store.database import Database, Session
from app.store.messages import attempts
from app.store.templates import rows as templates
from bench import figures
from bench.sender_turns import Turns, turns

RATE = 80
OFF_BY = 0.02
PLANNED_WITHIN = 20.0
REPLY_WITHIN = 1.0
REPLIES = 20
EXACT = "each message that left is in Twilio's record once, under its SID"
SID = "HX" + "a" * 32
TEXT = "Hello {{1}}, your bike is ready."
_NAMES = ListColumns(0, "", {"1": Filling(text="Ann")})
_AT_ONCE = 200


def run(options: Namespace, engine: str) -> bool:
    """Measure them; True when all are within what is promised."""
    options.concurrency, options.latency_ms = 20, 100
    with turns(options, engine, RATE) as there:
        who, database = command(there.account_sid), there.database
        there.know_template(SID, TEXT)
        _people(database, who, options.recipients)
        number, seconds, spent = _plan(database, who, there.sender_address, options.recipients)
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


def _number(index: int) -> str:
    return f"+1415{5000000 + index}"


def _people(database: Database, who: Actor, count: int) -> None:
    """So many who agreed, and the template."""
    columns = {
        "friendly_name": "bench",
        "language": "en",
        "content_types": {"twilio/text": {"body": TEXT}},
        "kind": "twilio/text",
        "body": TEXT,
        "status": "approved",
        "category": "UTILITY",
        "synced_at": now(),
    }
    database.write(lambda session: templates.add(session, who.account_sid, SID, **columns))
    for start in range(0, count, _AT_ONCE):
        database.write(partial(_agree, who=who, some=range(start, min(start + _AT_ONCE, count))))


def _agree(session: Session, who: Actor, some: range) -> None:
    at = now() - timedelta(days=1)
    for index in some:
        address_id = find_or_create.address_id_of(session, who.account_sid, f"whatsapp:{_number(index)}", at)
        entry = Entry(
            address_id=address_id,
            purpose="service",
            state="given",
            source="paper",
            expressed_by="agent",
            evidence_key=f"bench:{index}",
            occurred_at=at,
            basis="express",
            proof="bench",
        )
        ledger.record(session, who, entry, at)


def _plan(database: Database, who: Actor, sender: str, count: int) -> tuple[int, float, float]:
    """The run's number, and how long its plan took, by the clock and in processor time."""
    typed = "\n".join(_number(index) for index in range(count))
    began, used = time.monotonic(), time.process_time()
    number = lists.from_numbers(database, who, NewRun("Bench", SID, sender), typed)
    database.write(lambda session: control.plan(session, who, number, _NAMES))
    planning.work(database, who.account_sid)
    return number, time.monotonic() - began, time.process_time() - used


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
