"""An import of consents, from the file to the last record, while webhooks come in at fixed times."""

from __future__ import annotations

import io
import time
from argparse import Namespace
from concurrent.futures import ThreadPoolExecutor

from app.domain.actor import Actor, command
from app.domain.consent import imports
from app.store.consent import imports as rows
from app.store.database import Database, connect
from bench import figures
from bench.load import Outcome
from bench.processor import seconds_used
from bench.stands import product, webhooks_at
from harness.waiting import until

WITHIN_SECONDS = 60.0
WEBHOOK_MS = 50.0
LONGEST_SECONDS = 900.0
ALONE_SECONDS = 10.0
_HEADER = "Phone,Action,Purpose,Date,Source,Wording,Proof"


def run(options: Namespace, engine: str) -> bool:
    """Import the lines; True when they are there in time and the webhooks beside them were answered as alone."""
    with product(engine) as stand:
        database = connect(stand.env["DATABASE_URL"])
        who = command(stand.env["TWILIO_ACCOUNT_SID"])
        alone = webhooks_at(stand, options.rate, ALONE_SECONDS)
        before = sum(seconds_used(stand.pids(program)[0]) for program in ("web", "worker"))
        with ThreadPoolExecutor(1) as pool:
            importing = pool.submit(_import, database, who, options.lines)
            beside = [webhooks_at(stand, options.rate, 2.0)]
            while not importing.done():
                beside.append(webhooks_at(stand, options.rate, 2.0))
            steps, number = importing.result()
        spent = sum(seconds_used(stand.pids(program)[0]) for program in ("web", "worker")) - before
        found = database.read(lambda session: rows.get(session, who.account_sid, number))
        database.close()
    latencies = [latency for outcome in beside for latency in outcome.latencies]
    total = sum(steps.values())
    named = [(step, f"{seconds:.1f}") for step, seconds in steps.items()]
    figures.table(f"import of {options.lines:,} lines on {engine}", ("step", "s"), [*named, ("all", f"{total:.1f}")])
    heads = ("webhooks", "count", *figures.MILLISECONDS)
    measured = (("alone", alone.latencies), ("beside", latencies))
    figures.table("", heads, [(name, len(times), *figures.milliseconds(times)) for name, times in measured])
    return _report(options, engine, total, spent, alone, latencies, found is not None and found.records)


def _report(
    options: Namespace, engine: str, total: float, spent: float, alone: Outcome, latencies: list[float], records: int
) -> bool:
    p95 = figures.percentile(latencies, 0.95) * 1000
    quiet = figures.percentile(alone.latencies, 0.95) * 1000
    said = f"{total:.1f} s, {spent:.1f} s of web's and worker's processor time"
    beside = f"webhooks beside p95 {p95:.1f} ms, alone {quiet:.1f} ms"
    met = total <= WITHIN_SECONDS and p95 < WEBHOOK_MS
    name = f"import of {options.lines:,} lines"
    figures.record(options, engine, name, f"{said}; {beside}", f"≤ {WITHIN_SECONDS:.0f} s", met)
    kept = [
        figures.target(options, f"{said} (at most {WITHIN_SECONDS:.0f} s)", total <= WITHIN_SECONDS),
        figures.target(options, f"{beside} (under {WEBHOOK_MS:.0f} ms)", p95 < WEBHOOK_MS),
        figures.verdict(f"{records:,} records of {options.lines:,} lines", records == options.lines),
    ]
    return all(kept)


def _import(database: Database, who: Actor, count: int) -> tuple[dict[str, float], int]:
    """The seconds of each step, and the import's number. The worker does what isn't the upload's."""
    lines = (
        f"+1415{2000000 + n:07d},in,marketing,2026-01-05,form,I want news,https://shop.example/{n}"
        for n in range(count)
    )
    file = io.BytesIO("\n".join((_HEADER, *lines)).encode())
    took: dict[str, float] = {}
    began = time.monotonic()
    number = imports.stage(database, who, "list.csv", file)
    took["staged"] = time.monotonic() - began
    held = database.read(lambda session: rows.get(session, who.account_sid, number))
    assert held is not None
    mapping = {"country": "", "action": "", "purpose": "", "month_first": False, **held.mapping}
    database.write(lambda session: imports.check(session, who, number, mapping))
    took["checked"] = _until(database, who, number, "ready")
    database.write(lambda session: imports.apply(session, who, number))
    took["applied"] = _until(database, who, number, "applied")
    return took, number


def _until(database: Database, who: Actor, number: int, state: str) -> float:
    began = time.monotonic()

    def there() -> bool:
        held = database.read(lambda session: rows.get(session, who.account_sid, number))
        return held is not None and held.state == state

    until(there, LONGEST_SECONDS, every=0.2)
    return time.monotonic() - began
