"""The list of people and its search over a million consent records, each against the same over ten thousand."""

from __future__ import annotations

import time
from argparse import Namespace
from urllib.parse import quote

from bench import figures
from bench.addresses import Asked
from bench.filling import fill_tables
from bench.ledger import Ledger
from bench.pages import FLOOR_MS, PAGE_MS, PAGE_RATIO, SETTINGS, Taken, logged_in, taken_by
from bench.processor import database_server
from bench.stands import filled_product
from harness.processes import Stand

_FILTERS = ("state=in", "state=out", "source=paper", "country=GB", "purpose=marketing", "months=12", "flag=overruled")


def run(options: Namespace, engine: str) -> bool:
    """Measure on the database and print the table; True when every target is met."""
    few, many = (_measured(options, engine, records) for records in (options.compared, options.records))
    rows, kept = [], []
    for name in few:
        ratio = many[name].processor / max(few[name].processor, 1e-3)
        within = ratio <= PAGE_RATIO or many[name].processor * 1000 < FLOOR_MS
        if many[name].p95 > PAGE_MS or not within:
            kept.append(figures.target(options, f"{name}: p95 {many[name].p95:.0f} ms, ratio {ratio:.2f}", False))
        times = (few[name].median, many[name].median, many[name].p95)
        spent = (few[name].processor * 1000, many[name].processor * 1000)
        rows.append((name, *(f"{value:.1f}" for value in (*times, *spent)), f"{ratio:.2f}"))
    small = f"{options.compared:,}"
    heads = ("", f"median at {small}", "median ms", "p95 ms", f"CPU at {small}", "CPU ms", "CPU ratio")
    figures.table(f"people on {engine}: {options.records:,} consent records", heads, rows)
    _record(options, engine, few, many)
    return all([*kept, figures.verdict("every page answered 200", True)])


def _record(options: Namespace, engine: str, few: dict[str, Taken], many: dict[str, Taken]) -> None:
    """The slowest list and the slowest search."""
    for kind in ("list", "search"):
        name = max((name for name in many if name.startswith(kind)), key=lambda one: many[one].p95)
        result = (
            f"{many[name].p95:.0f} ms ({name}) at {options.records:,} records; {many[name].processor * 1000:.0f} ms of "
            f"processor time, {few[name].processor * 1000:.0f} at {options.compared:,}"
        )
        figure = f"consent, p95 of the slowest {kind}"
        figures.record(options, engine, figure, result, f"≤ {PAGE_MS} ms", many[name].p95 <= PAGE_MS)


def _measured(options: Namespace, engine: str, records: int) -> dict[str, Taken]:
    began: list[Ledger] = []

    def filled(stand: Stand) -> None:
        began.append(Ledger(stand.env["TWILIO_ACCOUNT_SID"], records, time.time()))
        fill_tables(stand.env["DATABASE_URL"], began[0], began[0].tables())

    since = time.perf_counter()
    with filled_product(engine, filled, "web", **SETTINGS) as stand:
        print(f"{engine}: {records:,} records are there after {time.perf_counter() - since:.0f} s", flush=True)
        leaders, cookie = [stand.pids("web")[0], *database_server(stand.env["DATABASE_URL"])], logged_in(stand)
        port = int(stand.env["PORT"])
        return {
            asked.name: taken_by(port, leaders, asked.address, cookie, options.requests) for asked in _asked(began[0])
        }


def _asked(ledger: Ledger) -> list[Asked]:
    """The list with each filter, further down and a person; searches by name and number."""
    middle = ledger.people // 2
    searches = {
        "a name": ledger.name(middle).split()[1],
        "a common name": "Noor",
        "a number": ledger.phone(middle),
        "the end of a number": ledger.phone(middle)[-6:],
        "what isn't there": "nowheretobefound",
    }
    return [
        Asked("list", "/consent"),
        *(Asked(f"list, {one}", f"/consent?{one}") for one in _FILTERS),
        Asked("list, what is not sealed", "/consent?flag=unsealed"),
        Asked("list, two filters", "/consent?state=out&country=DE"),
        Asked("list, opted out of a purpose", "/consent?state=out&purpose=marketing"),
        Asked("list, further down", f"/consent/rows?after={int((ledger.until - 400 * 86400) * 1_000_000)}-1"),
        Asked("list, a person", f"/consent/people/{middle}"),
        *(Asked(f"search: {name}", f"/consent?q={quote(words)}", True) for name, words in searches.items()),
    ]
