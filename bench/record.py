"""The table "Measured" of docs/figures.md: one row for each figure and database, kept in order."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bin.launch.environment import ROOT

FIGURES = ROOT / "docs" / "figures.md"
HEAD = "| figure | database | result | target | reached | commit and date |"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True)
class Figure:
    """One result of a run: which figure, on which database, in words, against which target."""

    name: str
    engine: str
    result: str
    target: str
    reached: bool

    @property
    def key(self) -> str:
        """How its row begins."""
        return f"| {self.name} | {NAMES[self.engine]} |"


def write(figures: list[Figure], path: Path = FIGURES, taken: str = "") -> None:
    """Exchange the rows of these figures, and insert the rows that are not there yet."""
    before, table, after = _parted(path.read_text())
    for figure in figures:
        reached = "yes" if figure.reached else "no"
        row = f"{figure.key} {figure.result} | {figure.target} | {reached} | {taken or _now()} |"
        _put(table, figure, row)
    path.write_text("\n".join([*before, *table, *after]))


def _put(table: list[str], figure: Figure, row: str) -> None:
    same = [place for place, line in enumerate(table) if line.startswith(figure.key)]
    if same:
        table[same[0]] = row
        return
    # Beside the same figure on the other database, else below those of the same kind, else at the end.
    kind = figure.name.partition(",")[0]
    for beginning in (f"| {figure.name} |", f"| {kind},", "|"):
        if near := [place for place, line in enumerate(table) if line.startswith(beginning)]:
            table.insert(near[-1] + 1, row)
            return


def _parted(text: str) -> tuple[list[str], list[str], list[str]]:
    lines = text.split("\n")
    begin = lines.index(HEAD)
    end = next(place for place in range(begin, len(lines)) if not lines[place].startswith("|"))
    return lines[:begin], lines[begin:end], lines[end:]


def _now() -> str:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    return f"`{commit}`, {datetime.now(UTC):%Y-%m-%d}"
