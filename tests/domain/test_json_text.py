"""JSON in a field, on every Python of this machine: read to a sane depth, kept as text beyond it."""

from __future__ import annotations

import json
import subprocess

import pytest

from app.domain import json_text
from harness.interpreters import interpreters

# Needs nothing but Python's own library, so that a Python without the project's packages can run it.
ON_ITS_OWN = """
import importlib.util, sys
spec = importlib.util.spec_from_file_location("json_text", sys.argv[1])
json_text = importlib.util.module_from_spec(spec)
spec.loader.exec_module(json_text)
for opening, closing in (("[", "]"), ('{"a":', "}"), ('[{"a":', "}]")):
    levels = len(opening.replace('"a":', ""))
    for deep in (100, 102, 990, 1_000, 1_100, 1_600, 5_000, 100_000):
        text = opening * (deep // levels) + "1" + closing * (deep // levels)
        found = json_text.parsed(text)
        assert (found is text) == (deep > 100), (opening, deep)
        if found is not text:
            assert json_text.indented(found).count(chr(10)) == 200
print("right")
"""


@pytest.mark.parametrize("version", interpreters())
def test_every_python_reads_to_the_same_depth(version: str) -> None:
    command = [str(interpreters()[version]), "-I", "-c", ON_ITS_OWN, json_text.__file__]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ran.stdout.strip(), ran.stderr) == ("right", "")


@pytest.mark.parametrize(
    ("text", "deep"),
    [
        ("1", 0),
        ("[]", 1),
        ('{"a": [1, {"b": 2}], "c": [3]}', 3),
        ('"[[[["', 0),
        ('["\\"[[["]', 1),
        ('["\\\\", [1]]', 2),
        ('["[[[[', 1),
        ('"' * 100_000, 0),
        ('"\\"' * 50_000, 0),
    ],
)
def test_only_brackets_outside_of_strings_count(text: str, deep: int) -> None:
    assert json_text.depth(text) == deep


def test_what_is_no_json_or_can_not_be_kept_stays_text() -> None:
    for text in ("", "yes", '{"a": NaN}', "1e999", '"\\ud800"', '{"a\\u0000": 1}', "9" * 5_000, "[" * 50):
        assert json_text.parsed(text) is text


def test_what_an_earlier_version_kept_is_shown_all_the_same() -> None:
    deep: object = 1
    for _ in range(900):
        deep = [deep]
    assert json.loads(json_text.indented(deep)) == deep
