"""How a check looks at the project's files and says what it found."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Finding:
    """One place that a check objects to."""

    file: Path
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


def files_of(root: Path, *patterns: str) -> Iterator[Path]:
    """The project's files that match one of the git `patterns` (all without any), those not yet added too."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout
    # What was deleted is listed until the deletion is added.
    yield from (root / name for name in sorted(set(listed.split("\0"))) if name and (root / name).is_file())


def conclude(findings: Iterable[Finding]) -> None:
    """Print them, and leave with 1 if there are any, else with 0."""
    found = list(findings)
    for finding in found:
        print(finding)
    sys.exit(1 if found else 0)
