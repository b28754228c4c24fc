"""Whether the files speak of the project alone: no folders of one machine, no address of a package index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bin.checks.findings import ROOT, Finding, conclude, files_of

FOREIGN = re.compile(
    r"(?<![\w.])/(?:work|root|Users)/|(?<![\w.])/home/(?!switchboard\b)\w+|(?<![\w.])/tmp/\w"
    r"|[A-Z]:\\Users\\|(?:extra-)?index-url|find-links|\bPIP_[A-Z]+"
)
THIS_CHECK = ("bin/checks/own_words.py", "tests/checks/test_own_words.py")


def foreign_words(text: str) -> Iterator[tuple[int, str]]:
    """Line and match of everything in `text` that belongs to one machine."""
    for found in FOREIGN.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found[0]


def findings(root: Path = ROOT) -> Iterator[Finding]:
    """Every such place in the project's text files."""
    for file in files_of(root):
        name = file.relative_to(root)
        content = file.read_bytes()
        if b"\0" in content or name.as_posix() in THIS_CHECK:
            continue
        for line, what in foreign_words(content.decode(errors="replace")):
            yield Finding(name, line, f"belongs to one machine: {what!r}")


if __name__ == "__main__":
    conclude(findings())
