"""The answers of docs/architecture.md to "where is …?" are true."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ANSWER = re.compile(r"^\| (?P<question>[^|]+) \| `(?P<path>[^`]+)`(?:: `(?P<name>\w+)`)? \|$", re.MULTILINE)


def answers() -> list[tuple[str, str, str]]:
    """Question, path and name, where one is given."""
    page = (ROOT / "docs/architecture.md").read_text()
    section = page[page.index("## Where is …?") :]
    return [(found["question"], found["path"], found["name"] or "") for found in ANSWER.finditer(section)]


def test_there_are_twenty_questions_at_least_and_every_line_is_one() -> None:
    section = (ROOT / "docs/architecture.md").read_text().partition("## Where is …?")[2]
    assert len(answers()) >= 20
    assert len(answers()) == section.count("\n| ") - 1


@pytest.mark.parametrize(("question", "path", "name"), answers())
def test_each_answer_is_where_it_says(question: str, path: str, name: str) -> None:
    file = ROOT / path
    assert file.is_file(), question
    if name:
        tree = ast.parse(file.read_text())
        defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        targets = [t for node in tree.body if isinstance(node, ast.Assign) for t in node.targets]
        targets += [node.target for node in tree.body if isinstance(node, ast.AnnAssign)]
        assert name in defined | {t.id for t in targets if isinstance(t, ast.Name)}, question
