"""The check of how long the lines of templates, style sheets and scripts are."""

from __future__ import annotations

import subprocess
from pathlib import Path

from bin.checks.readable_templates import LONGEST_LINE, findings, long_lines


def test_only_a_line_that_is_too_long_is_found() -> None:
    longest = "x" * LONGEST_LINE
    assert list(long_lines(f"{longest}\n<p></p>\n{longest}x\n")) == [(3, LONGEST_LINE + 1)]


def test_the_products_own_files_are_looked_at_and_no_others(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    own = ["static/inbox/page.js", "static/switchboard.css", "templates/base.html", "templates/inbox/_row.html"]
    for name in [*own, "static/vendor/htmx.js", "docs/page.html"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x" * (LONGEST_LINE + 1))
    assert [finding.file.as_posix() for finding in findings(tmp_path)] == own
