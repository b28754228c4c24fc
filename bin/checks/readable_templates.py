"""Whether a person can read templates, style sheets and scripts: no line of them is too long."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bin.checks.findings import ROOT, Finding, conclude, files_of

LONGEST_LINE = 160
# git's patterns go into folders. What others wrote stays as it came.
LOOKED_AT = ("templates/*.html", "static/*.css", "static/*.js", ":!static/vendor")


def long_lines(text: str) -> Iterator[tuple[int, int]]:
    """Number and length of every line that is too long."""
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > LONGEST_LINE:
            yield number, len(line)


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """Every such line of the product's own files."""
    for file in files_of(root, *LOOKED_AT):
        for number, length in long_lines(file.read_text()):
            yield Finding(file.relative_to(root), number, f"{length} characters; {LONGEST_LINE} at most")


if __name__ == "__main__":
    conclude(findings())
