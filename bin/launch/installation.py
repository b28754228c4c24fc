"""The processes of one installation, and the one way in which a run of them begins and ends."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from bin.launch.child import Child
from bin.launch.environment import ROOT
from bin.launch.places import Taken, lock_data, require_ports
from bin.launch.supervisor import Died, Stopped, Supervisor


class Installation:
    """Starts the product's processes and commands, with their logs in DATA_DIR/log."""

    def __init__(self, supervisor: Supervisor, data_dir: Path) -> None:
        self.supervisor = supervisor
        self.logs = data_dir / "log"

    def require_ports(self, env: Mapping[str, str], *settings: str) -> None:
        """Raises Taken when one of the ports is in use."""
        require_ports(env, *settings)

    def command(self, env: Mapping[str, str], *arguments: str) -> str:
        """Run one of the product's commands to its end and return what it printed. Raises Died or Stopped."""
        log = self.logs / "command.log"
        log.unlink(missing_ok=True)
        self.supervisor.finish(self._child(" ".join(arguments), env, log, "-m", "app.cli", *arguments))
        return log.read_text(errors="replace")

    def start_web(self, env: Mapping[str, str]) -> None:
        self._start("web", env, "-m", "gunicorn", "-c", "gunicorn.conf.py", "wsgi:app")

    def start_worker(self, env: Mapping[str, str]) -> None:
        self._start("worker", env, "-m", "app.worker")

    def start_simulator(self, env: Mapping[str, str]) -> None:
        self._start("simulator", env, "-m", "simulator")

    def _start(self, name: str, env: Mapping[str, str], *arguments: str) -> None:
        self.supervisor.check()
        self.supervisor.children.append(self._child(name, env, self.logs / f"{name}.log", *arguments))

    def _child(self, name: str, env: Mapping[str, str], log: Path, *arguments: str) -> Child:
        return Child(name, [sys.executable, *arguments], env, log, ROOT)


def run_to_the_end(data_dir: Path, run: Callable[[Installation], None]) -> int:
    """Call `run` with an installation, and end its processes however it ends.

    Returns 0 when the end was asked for, 1 when something else ended it; then stderr has the reason.
    """
    supervisor = Supervisor()
    try:
        with lock_data(data_dir):
            try:
                run(Installation(supervisor, data_dir))
            finally:
                supervisor.end()
    except Stopped:
        return 0
    except (Died, Taken) as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0
