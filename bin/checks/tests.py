"""Whether tests wait in one place only, and none is left out."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from bin.checks.findings import ROOT, Finding, conclude, files_of

WAITING = Path("harness/waiting.py")
LEFT_OUT = {"skip", "skipif", "xfail", "importorskip"}
SLEEPS = {"sleep", "wait_for_timeout"}


def objections(name: Path, source: str) -> Iterator[Finding]:
    """What there is to say against the test file `name`."""
    for node in ast.walk(ast.parse(source)):
        word = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        line = getattr(node, "lineno", 1)
        if word in LEFT_OUT:
            yield Finding(name, line, f"leaves a test out: {word}")
        if word in SLEEPS and name != WAITING:
            yield Finding(name, line, f"{word}: await a condition with harness.waiting.until instead")


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """All objections."""
    for file in files_of(root, "tests/*.py"):
        yield from objections(file.relative_to(root), file.read_text())


if __name__ == "__main__":
    conclude(findings())
