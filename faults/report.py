"""The report: a table of all that was run, as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from faults.verdicts import Scenario, Verdict

_HEAD = "| # | fault | database | runs | wanted | seen | verdict |\n|---|---|---|---|---|---|---|"


@dataclass(frozen=True)
class Result:
    """One scenario on one database; `trouble` is why it could not be run to its end."""

    scenario: Scenario
    engine: str
    seconds: float
    verdict: Verdict | None
    trouble: str = ""

    @property
    def holds(self) -> bool:
        """Run to its end, and everything as wanted."""
        return self.verdict is not None and self.verdict.holds

    @property
    def word(self) -> str:
        """The verdict in a word."""
        return "holds" if self.holds else "BROKEN" if self.verdict else "NOT RUN TO ITS END"


def row(result: Result) -> str:
    """One line of the table."""
    verdict, scenario = result.verdict, result.scenario
    if verdict is None:
        cells = [scenario.name, scenario.what, result.engine, "", "", result.trouble.splitlines()[0][:200], result.word]
    else:
        runs = f"{verdict.runs}" + (f" of {scenario.whole}" if verdict.runs < scenario.whole else "")
        seen = "; ".join(verdict.seen)
        cells = [scenario.name, scenario.what, result.engine, runs, verdict.wanted, seen, result.word]
    return "| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |"


def markdown(results: Sequence[Result]) -> str:
    """The whole report."""
    broken = [result for result in results if not result.holds]
    lines = ["# Fault runs", "", f"{len(results)} run, {len(broken)} broken.", "", _HEAD]
    lines += [row(result) for result in results]
    for result in broken:
        lines += ["", f"## {result.scenario.name} on {result.engine}", ""]
        lines += [f"- {what}" for what in (result.verdict.broken if result.verdict else [result.trouble])]
    return "\n".join(lines) + "\n"
