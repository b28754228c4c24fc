"""`bin/bench <name>`: run one of the figures and print its table. Exits 1 when a promise did not hold."""

from __future__ import annotations

import argparse
import importlib
import sys
from typing import Any

from bench import record
from bench.databases import ENGINES


def main(arguments: list[str] | None = None) -> int:
    """Run the named figure on each database that was asked for."""
    options = _options(arguments)
    figure = importlib.import_module(f"bench.{options.figure}")
    engines = ENGINES if options.database == "both" else (options.database,)
    # A promise that is broken on one database is no reason not to look at the other.
    held = [figure.run(options, engine) for engine in engines]
    if options.record:
        record.write(getattr(options, "figures", []))
    return 0 if all(held) else 1


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench", description="Figures of the product, each with its comparison.")
    figures = parser.add_subparsers(dest="figure", required=True)
    intake = figures.add_parser("intake", help="durable webhooks a second ÷ a bare handler's")
    intake.add_argument("--pairs", type=int, default=3)
    intake.add_argument("--seconds", type=float, default=10, help="each turn's length")
    intake.add_argument("--connections", type=int, default=32)
    intake.add_argument("--workers", type=int, default=2)
    steady = _add_steady(figures)
    half_open = figures.add_parser("half_open", help="latency of webhooks beside hundreds of half-sent requests")
    half_open.add_argument("--count", type=int, default=400, help="half-sent requests of each kind")
    half_open.add_argument("--rate", type=int, default=20, help="webhooks a second")
    half_open.add_argument("--seconds", type=int, default=8)
    for figure in (intake, steady, half_open):
        figure.add_argument("--contacts", type=int, default=2000, help="customers, all of whom have written before")
    live = figures.add_parser("live", help="from a webhook's answer to its line in a browser")
    live.add_argument("--count", type=int, default=400)
    live.add_argument("--rate", type=float, default=20, help="webhooks a second, at random moments")
    live.add_argument("--consoles", type=int, default=100)
    kills = figures.add_parser("kills", help="kill -9 under load: nothing lost, nothing doubled")
    kills.add_argument("--kills", type=int, default=20)
    kills.add_argument("--seed", type=int, default=1)
    sender = figures.add_parser("sender", help="the rate that is set, held; and sends a second ÷ a bare SDK loop's")
    sender.add_argument("--seconds", type=float, default=60, help="how long the rate is watched")
    sender.add_argument("--pairs", type=int, default=3)
    sender.add_argument("--pair-seconds", type=float, default=10, help="each turn's length")
    sender.add_argument("--concurrency", type=int, default=20)
    sender.add_argument("--latency-ms", type=int, default=100)
    figures.add_parser("weight", help="bytes over the wire for the inbox, first and later")
    _add_runs(figures)
    _add_media(figures)
    _add_costs(figures)
    for figure in figures.choices.values():
        figure.add_argument("--record", action="store_true", help="write the figures into docs/figures.md")
        figure.add_argument("--no-targets", action="store_true", help="a missed figure is no failure")
        figure.add_argument("--database", choices=(*ENGINES, "both"), default="both")
    return parser.parse_args(arguments)


def _add_runs(figures: Any) -> None:
    runs = figures.add_parser("runs", help="a run of a template: its plan, its rate, and a reply beside it")
    runs.add_argument("--recipients", type=int, default=10_000)
    runs.add_argument("--seconds", type=float, default=60, help="how long the rate is watched")
    imports = figures.add_parser("imports", help="an import of consents, and webhooks beside it")
    imports.add_argument("--lines", type=int, default=100_000)
    imports.add_argument("--rate", type=float, default=20, help="webhooks a second")
    run_kills = figures.add_parser("run_kills", help="kill -9 of the worker during a run: nobody twice, none forgotten")
    run_kills.add_argument("--recipients", type=int, default=10_000)
    run_kills.add_argument("--kills", type=int, default=20)
    run_kills.add_argument("--seed", type=int, default=1)


def _add_steady(figures: Any) -> Any:
    steady = figures.add_parser("steady", help="latency of webhooks that arrive at fixed times, consoles open")
    steady.add_argument("--rate", type=int, default=500, help="requests a second")
    steady.add_argument("--seconds", type=float, default=60)
    steady.add_argument("--consoles", type=int, default=100)
    steady.add_argument("--statuses", action="store_true", help="statuses alone, as a run of sends brings them")
    memory = figures.add_parser("memory", help="memory of web and worker with consoles open, WEB_CONCURRENCY=1")
    memory.add_argument("--consoles", type=int, default=100)
    memory.add_argument("--webhooks", type=int, default=2000)
    return steady


def _add_media(figures: Any) -> None:
    media = figures.add_parser("media", help="a file's throughput ÷ nginx's; its first byte beside webhooks")
    media.add_argument("--pairs", type=int, default=3)
    media.add_argument("--seconds", type=float, default=10, help="each turn's length")
    media.add_argument("--connections", type=int, default=8)
    media.add_argument("--readers", type=int, default=50, help="downloads at once, at 10 Mbit/s each")
    media.add_argument("--rate", type=int, default=50, help="webhooks a second beside them")
    library = figures.add_parser("library", help="the media page, its filters and its search over many hosted files")
    library.add_argument("--files", type=int, default=10_000)
    library.add_argument("--requests", type=int, default=40, help="of each page")


def _add_costs(figures: Any) -> None:
    pages = figures.add_parser("pages", help="pages, lists, counts and searches over a million messages")
    pages.add_argument("--messages", type=int, default=1_000_000)
    pages.add_argument("--contacts", type=int, default=100_000)
    pages.add_argument("--compared", type=int, default=2000, help="messages of the database that is compared with")
    pages.add_argument("--requests", type=int, default=40, help="of each page")
    pages.add_argument("--webhooks", type=int, default=1000)
    keystroke = figures.add_parser("keystroke", help="the sender form's answer to a keystroke")
    keystroke.add_argument("--templates", type=int, default=500)
    keystroke.add_argument("--requests", type=int, default=200, help="of each kind")
    consent = figures.add_parser("consent", help="the list of people and its search over a million consent records")
    consent.add_argument("--records", type=int, default=1_000_000)
    consent.add_argument("--compared", type=int, default=10_000, help="records of the database that is compared with")
    consent.add_argument("--requests", type=int, default=40, help="of each page")
    cost = figures.add_parser("cost", help="a webhook's processor time ÷ a bare Flask route's")
    cost.add_argument("--turns", type=int, default=5)
    cost.add_argument("--webhooks", type=int, default=1000, help="in each turn")
    cost.add_argument("--contacts", type=int, default=500)


if __name__ == "__main__":
    sys.exit(main())
