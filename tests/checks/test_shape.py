"""The checks of size, names and waiting."""

from __future__ import annotations

from pathlib import Path

import pytest

from bin.checks import shape, tests


@pytest.mark.parametrize(
    ("name", "source", "word"),
    [
        ("app/a.py", "x = 1\n" * 201, "201 lines"),
        ("app/a.py", "def f():\n" + "    x = 1\n" * 45, "f has 46 lines"),
        ("app/utils.py", "", "name"),
        ("app/a.py", "# TODO mend\n", "left over"),
    ],
)
def test_an_unshapely_file_is_named(name: str, source: str, word: str) -> None:
    (finding,) = shape.objections(Path(name), source)
    assert word in str(finding)


def test_a_small_file_is_left_alone() -> None:
    assert not list(shape.objections(Path("app/a.py"), "def f():\n" + "    x = 1\n" * 44))


@pytest.mark.parametrize(
    "source", ["time.sleep(1)\n", "page.wait_for_timeout(5)\n", "@pytest.mark.skip\ndef f(): ...\n"]
)
def test_a_test_that_sleeps_or_is_left_out_is_named(source: str) -> None:
    assert len(list(tests.objections(Path("tests/test_a.py"), source))) == 1
