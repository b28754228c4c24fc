"""Distributions and small tables."""

from __future__ import annotations

import statistics
from argparse import Namespace
from collections.abc import Iterable, Sequence

from bench.record import Figure


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of all values don't exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def milliseconds(latencies: Sequence[float]) -> list[str]:
    """p50, p95, p99 and maximum of latencies in seconds, as texts in milliseconds."""
    shown = [percentile(latencies, share) for share in (0.5, 0.95, 0.99, 1.0)]
    return [f"{value * 1000:.1f}" for value in shown]


MILLISECONDS = ("p50 ms", "p95 ms", "p99 ms", "max ms")


def median(values: Iterable[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table under a title."""
    texts = [list(heads), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(heads))]
    print(f"\n{title}")
    for row in texts:
        print("  " + "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))
    print(flush=True)


def verdict(what: str, holds: bool) -> bool:
    """Print whether a promise held, and return it."""
    print(f"  {'holds ' if holds else 'BROKEN'}  {what}", flush=True)
    return holds


def target(options: Namespace, what: str, met: bool) -> bool:
    """Print whether a figure is what it is to be; with `--no-targets`, a miss doesn't count."""
    print(f"  {'met   ' if met else 'MISSED'}  {what}", flush=True)
    return met or bool(options.no_targets)


def record(options: Namespace, engine: str, name: str, result: str, target: str, reached: bool) -> None:
    """Note a figure for the table of docs/figures.md, which `--record` writes at the end of the run."""
    options.figures = [*getattr(options, "figures", []), Figure(name, engine, result, target, reached)]
