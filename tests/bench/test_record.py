"""The table of figures is written by the runs themselves: one row for each figure and database, in order."""

from __future__ import annotations

from pathlib import Path

from bench import record
from bench.record import FIGURES, HEAD, Figure

TABLE = f"""Before

{HEAD}
|---|---|---|---|---|---|
| intake, median ratio | SQLite | 0.15 | ≥ 0.4 | no | earlier |
| intake, median ratio | PostgreSQL | 0.07 | ≥ 0.4 | no | earlier |
| live, p95 | SQLite | 54 ms | ≤ 100 ms | yes | earlier |

After
"""


def rows(path: Path) -> list[str]:
    """The table's lines below its head."""
    lines = path.read_text().splitlines()
    return [line for line in lines[lines.index(HEAD) + 2 :] if line.startswith("|")]


def test_a_row_is_exchanged_and_a_new_one_stands_beside_its_like(tmp_path: Path) -> None:
    path = tmp_path / "figures.md"
    path.write_text(TABLE)
    figures = [
        Figure("intake, median ratio", "postgresql", "0.41", "≥ 0.4", True),
        Figure("live, p95", "postgresql", "60 ms", "≤ 100 ms", True),
        Figure("intake, cost", "sqlite", "9", "≤ 2", False),
        Figure("cost", "sqlite", "9", "≤ 2", False),
    ]
    record.write(figures, path, "`abc`, 2026-11-26")
    assert rows(path) == [
        "| intake, median ratio | SQLite | 0.15 | ≥ 0.4 | no | earlier |",
        "| intake, median ratio | PostgreSQL | 0.41 | ≥ 0.4 | yes | `abc`, 2026-11-26 |",
        "| intake, cost | SQLite | 9 | ≤ 2 | no | `abc`, 2026-11-26 |",
        "| live, p95 | SQLite | 54 ms | ≤ 100 ms | yes | earlier |",
        "| live, p95 | PostgreSQL | 60 ms | ≤ 100 ms | yes | `abc`, 2026-11-26 |",
        "| cost | SQLite | 9 | ≤ 2 | no | `abc`, 2026-11-26 |",
    ]
    assert path.read_text().startswith("Before\n")
    assert path.read_text().endswith("\n\nAfter\n")


def test_writing_the_same_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "figures.md"
    path.write_text(TABLE)
    record.write([Figure("live, p95", "sqlite", "1 ms", "≤ 100 ms", True)], path, "now")
    once = path.read_text()
    record.write([Figure("live, p95", "sqlite", "1 ms", "≤ 100 ms", True)], path, "now")
    assert path.read_text() == once


def test_the_projects_own_table_can_be_written() -> None:
    assert HEAD in FIGURES.read_text().splitlines()
