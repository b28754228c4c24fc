"""The check of the requirements files, on a small project of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from bin.checks import requirements
from bin.checks.requirements import BENCH, DEV, PRODUCTION

FLASK = ("blinker", "click", "flask", "itsdangerous", "jinja2", "markupsafe", "werkzeug")
PYTEST = ("iniconfig", "packaging", "pluggy", "pygments", "pytest")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A page made with Flask and its test, and nothing to find fault with."""
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    _name(tmp_path, PRODUCTION, *FLASK)
    _name(tmp_path, BENCH)
    _name(tmp_path, DEV, *PYTEST)
    _write(tmp_path, "app/page.py", "import json\nfrom flask import Flask\nfrom app import page\n")
    _write(tmp_path, "tests/test_page.py", "import pytest\nimport flask\nfrom tests import cast\n")
    return tmp_path


def _name(root: Path, file: str, *packages: str) -> None:
    (root / file).write_text("# What is pinned.\n" + "".join(f"{package}==1.0\n" for package in packages))


def _write(root: Path, name: str, source: str) -> None:
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_text(source)


def _found(root: Path, **used_anyway: dict[str, str]) -> list[str]:
    return [str(finding) for finding in requirements.findings(root, used_anyway)]


def test_what_is_named_and_used_is_left_alone(project: Path) -> None:
    assert _found(project) == []


def test_an_import_that_is_not_named_is_found(project: Path) -> None:
    _write(project, "app/page.py", "import flask\n\nfrom PIL import Image\n")
    assert _found(project) == ["app/page.py:3: imports PIL, which requirements.txt does not name"]


def test_production_does_not_get_by_on_what_the_tests_install(project: Path) -> None:
    _write(project, "app/page.py", "import flask\nimport pytest\n")
    assert _found(project) == ["app/page.py:2: imports pytest, which requirements.txt does not name"]


def test_a_name_that_no_package_has_is_found(project: Path) -> None:
    _write(project, "tests/test_page.py", "import pytest\nimport no_such_package.part\n")
    assert _found(project) == [
        "tests/test_page.py:2: imports no_such_package, which requirements-dev.txt does not name"
    ]


def test_what_nothing_imports_and_nothing_requires_is_found(project: Path) -> None:
    _name(project, PRODUCTION, *FLASK, "pillow")
    assert _found(project) == ["requirements.txt:9: pillow is named, and nothing needs it"]


def test_what_only_something_unused_requires_is_found_with_it(project: Path) -> None:
    _write(project, "app/page.py", "import click\n")
    unused = {finding.partition(": ")[2].partition(" ")[0] for finding in _found(project)}
    assert unused == {"blinker", "flask", "itsdangerous", "jinja2", "markupsafe", "werkzeug"}


def test_what_a_package_requires_must_be_named_too(project: Path) -> None:
    _name(project, PRODUCTION, *(name for name in FLASK if name != "blinker"))
    assert _found(project) == [
        "requirements.txt:1: blinker is required by another package and not named",
        "requirements-dev.txt:1: blinker is required by another package and not named",
    ]


def test_what_is_used_without_an_import_says_so_while_it_is_named(project: Path) -> None:
    _name(project, PRODUCTION, *FLASK, "pillow")
    used = {"pillow": "a program draws with it"}
    assert _found(project, **{PRODUCTION: used}) == []
    _name(project, PRODUCTION, *FLASK)
    assert "does not name pillow any more" in "".join(_found(project, **{PRODUCTION: used}))
