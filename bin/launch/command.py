"""`bin/switchboard`: the product's commands, with the settings and data of `bin/serve` or `bin/demo`."""

from __future__ import annotations

import os
import sys

from bin.launch.environment import for_command


def main(arguments: list[str]) -> int:
    """Become the command; the caller's folder stays, so that file arguments mean what they say."""
    command = [sys.executable, "-m", "app.cli", *arguments]
    os.execve(command[0], command, for_command(os.environ))
