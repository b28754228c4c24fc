"""One process of the product: in a group of its own, with its own log, ended with all that it started."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

END_SECONDS = 10.0


class Child:
    """A process that was started here. `log` collects what it prints."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path, cwd: Path) -> None:
        self.name = name
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as stream:
            self.process = subprocess.Popen(
                [*dies_with_us(), *command],
                env=dict(env),
                cwd=cwd,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        """Whether the process itself, the group's leader, is alive."""
        return self.process.poll() is None

    def terminate(self) -> None:
        """Ask it to end; returns at once."""
        if self.running:
            self.process.terminate()

    def kill(self) -> None:
        """End it and everything it started, as a power cut would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def tail(self, lines: int = 20) -> str:
        """The last lines of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


def end(children: Sequence[Child], seconds: float = END_SECONDS) -> None:
    """End all of them: SIGTERM, then after `seconds` SIGKILL, to what they started too."""
    for child in children:
        child.terminate()
    deadline = time.monotonic() + seconds
    for child in children:
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.0, deadline - time.monotonic()))
        child.kill()


def dies_with_us(number: signal.Signals = signal.SIGTERM) -> list[str]:
    """What to put before a command so that it gets the signal when this process ends, even by SIGKILL."""
    # The kernel sees to it, and setpriv asks the kernel; without setpriv a SIGKILL leaves it running.
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", number.name.removeprefix("SIG"), "--"] if setpriv else []
