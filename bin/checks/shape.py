"""Whether files and functions are as small, and modules named as plainly, as the project keeps them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bin.checks.findings import ROOT, Finding, conclude, files_of

LINES_OF_A_FILE = 200
LINES_OF_A_TEST_FILE = 300
LINES_OF_A_FUNCTION = 45
NAMES_THAT_SAY_NOTHING = {"common", "helper", "helpers", "manager", "misc", "util", "utils"}
LEFT_OVER = re.compile(r"\b(TODO|FIXME|XXX)\b")


def objections(name: Path, source: str) -> Iterator[Finding]:
    """What there is to say against the Python file `name`."""
    lines = source.count("\n")
    most = LINES_OF_A_TEST_FILE if name.parts[0] == "tests" else LINES_OF_A_FILE
    if lines > most:
        yield Finding(name, lines, f"{lines} lines; {most} at most: split it by subject")
    if name.stem in NAMES_THAT_SAY_NOTHING:
        yield Finding(name, 1, "a name that does not say what is in it")
    for left_over in LEFT_OVER.finditer(source):
        yield Finding(name, source.count("\n", 0, left_over.start()) + 1, f"left over: {left_over[0]}")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LINES_OF_A_FUNCTION:
                what = f"{node.name} has {length} lines; {LINES_OF_A_FUNCTION} at most"
                yield Finding(name, node.lineno, what)


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """All objections; migrations tell a history and may be long, and this file names what it forbids."""
    for file in files_of(root, "*.py"):
        name = file.relative_to(root)
        if "versions" not in name.parts and name.stem not in ("shape", "test_shape"):
            yield from objections(name, file.read_text())


if __name__ == "__main__":
    conclude(findings())
