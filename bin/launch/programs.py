"""How each process of the product is started."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from bin.launch.child import Child
from bin.launch.environment import ROOT

PROGRAMS = {
    "web": ("gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"),
    "worker": ("app.worker",),
    "simulator": ("simulator",),
    "demo": ("demo",),
    "command": ("app.cli",),
    "commands": ("bin.launch.commands",),
}


def start(program: str, env: Mapping[str, str], logs: Path, *arguments: str) -> Child:
    """Start one of PROGRAMS with its log in the folder `logs`."""
    command = [sys.executable, "-m", *PROGRAMS[program], *arguments]
    # The product's commands are known by what they do, everything else by its program.
    name = " ".join(arguments) if program.startswith("command") else program
    return Child(name, command, env, logs / f"{program}.log", ROOT)
