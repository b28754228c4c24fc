"""The Pythons of this machine that Switchboard may run on, for tests that hang on the interpreter."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

OLDEST = (3, 11)
_NAME = re.compile(r"python3\.[0-9]+")


@cache
def interpreters() -> dict[str, Path]:
    """One interpreter of each version, this process's own among them, by version."""
    found = {_text(sys.version_info[:2]): Path(sys.executable)}
    for program in _programs():
        version = _version_of(program)
        if version >= OLDEST:
            found.setdefault(_text(version), program)
    return dict(sorted(found.items()))


def _programs() -> Iterator[Path]:
    installed = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    folders = [Path(folder) for folder in os.get_exec_path()] + sorted(installed.glob("*/bin"))
    for folder in folders:
        if folder.is_dir():
            yield from sorted(program for program in folder.iterdir() if _NAME.fullmatch(program.name))


def _version_of(program: Path) -> tuple[int, ...]:
    """What it says itself; nothing where it is only a pointer to a Python that is not there."""
    ask = [str(program), "-I", "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        said = subprocess.run(ask, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return ()
    return tuple(int(part) for part in said.stdout.split())


def _text(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
