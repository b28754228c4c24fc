"""The processes of one installation, and the one way in which a run of them begins and ends."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bin.launch.places import Taken, lock_data
from bin.launch.programs import start
from bin.launch.supervisor import Died, Stopped, Supervisor


class Installation:
    """Starts the product's processes and commands with the settings `env`; their logs are in DATA_DIR/log."""

    def __init__(self, supervisor: Supervisor, env: Mapping[str, str]) -> None:
        self.supervisor = supervisor
        self.env = env
        self.logs = Path(env["DATA_DIR"]) / "log"

    def commands(self, *lines: str) -> str:
        """Run the product's commands, one after the other, and return what they printed. Raises Died or Stopped."""
        return self.finish("commands", *lines)

    def finish(self, program: str, *arguments: str) -> str:
        """Run a program to its end, and return what it printed. Raises Died or Stopped."""
        log = self.logs / f"{program}.log"
        log.unlink(missing_ok=True)
        self.supervisor.finish(start(program, self.env, self.logs, *arguments))
        return log.read_text(errors="replace")

    def start(self, *programs: str) -> None:
        """Start processes that are to run until the end. Raises Died or Stopped."""
        for program in programs:
            self.supervisor.check()
            self.supervisor.children.append(start(program, self.env, self.logs))


def run_to_the_end(env: Mapping[str, str], run: Callable[[Installation], None]) -> int:
    """Call `run` with an installation, and end its processes however it ends.

    Returns 0 when the end was asked for, 1 when something else ended it; then stderr has the reason.
    """
    supervisor = Supervisor()
    try:
        with lock_data(Path(env["DATA_DIR"])):
            try:
                run(Installation(supervisor, env))
            finally:
                supervisor.end()
    except Stopped:
        return 0
    except (Died, Taken) as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0
