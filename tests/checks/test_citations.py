"""The check that finds citations of what isn't there."""

from __future__ import annotations

from pathlib import Path

import pytest

from bin.checks.citations import Project, missing

PAGE = "# Sending\n\n## Rates & `limits`, both\n\n```\n# not a heading\n```\n"


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "twilio.md").write_text(PAGE)
    names = ("docs/twilio.md", "README.md", "app/store/rows.py", "bin/check", "templates/inbox/page.html")
    return Project(tmp_path, frozenset(names))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app/a.py", "# See docs/money.md.\n"),
        ("app/a.py", '"""Rows (docs/twilio.md#prices)."""\n'),
        ("app/a.py", "# twilio-facts.md: so it is.\n"),
        ("app/a.py", "# errors.tsv has it\n"),
        ("app/a.py", "# The origin of it (store/lines.py).\n"),
        ("app/a.py", "# `app/store/lines.py` and\n"),
        ("static/a.js", "// `lines.py` knows\n"),
        ("docs/a.md", "`templates/feed` holds it\n"),
        ("docs/a.md", "    bin/chekc --all\n"),
        ("docs/a.md", "`python -m app.store.lines`\n"),
        ("docs/a.md", "[Money](money.md)\n"),
        ("docs/a.md", "[Sending](twilio.md#not-a-heading)\n"),
        ("docs/a.md", "[Above](../docs/../CHANGES.md)\n"),
        ("docs/twilio.md", "[here](#prices)\n"),
        ("docs/a.md", "[Money][]\n\n[Money]: money.md\n"),
    ],
)
def test_what_is_cited_and_not_there_is_named(project: Project, name: str, text: str) -> None:
    assert len(list(missing(project, name, text))) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("app/a.py", "# docs/twilio.md#rates--limits-both, `store/rows.py`, `rows.py`, (store/rows.py), `app/store`\n"),
        ("app/a.py", 'REPORT = ROOT / "report.md"\nfor file in root.glob("*.md"): ...\n'),
        ("app/a.py", "# `templates/inbox/_<name>.html`, `app/…/rows.py`, `app/*.py`, var/report.md\n"),
        ("app/a.py", "# https://example.org/docs/money.md and `https://example.org/app/x.py`\n"),
        ("docs/a.md", '[Sending](twilio.md#sending "how"), [Read](../README.md), [web](https://x.example/a.md)\n'),
        ("docs/a.md", "`/failures`, `out/`, `app/store/rows.py:12`, `bin/check --all`, `python -m venv x`\n"),
        ("docs/twilio.md", "[here](#sending)\n"),
    ],
)
def test_what_is_there_or_names_nothing_is_left_alone(project: Project, name: str, text: str) -> None:
    assert not list(missing(project, name, text))


def test_the_line_is_named(project: Project) -> None:
    assert list(missing(project, "docs/a.md", "One.\n\n[Money](money.md)\n")) == [(3, "money.md")]
