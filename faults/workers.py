"""The worker processes of a fault run, seen from outside."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

from bin.launch.child import Child, end
from bin.launch.environment import ROOT
from tests.waiting import until

_END_SECONDS = 20.0
_START_SECONDS = 60.0


class Workers:
    """`count` workers that are replaced as they die; `crash_at` is where each of them dies."""

    def __init__(self, env: Mapping[str, str], logs: Path, name: str, *, crash_at: str = "", count: int = 1) -> None:
        told = {**env, "CRASH_AT": crash_at, "FAULT_WORKERS": str(count)}
        self._log = logs / f"{name}.log"
        self._child = Child(name, [sys.executable, "-m", "faults.nursery"], told, self._log, ROOT)
        self._count = count
        until(lambda: len(self.pids()) == count or self.kills, _START_SECONDS)

    @property
    def kills(self) -> int:
        """How many were killed so far."""
        return sum(line.startswith("killed ") for line in self.log().splitlines())

    def pids(self) -> list[int]:
        """The workers that live now, without their parent."""
        parent = self._child.process.pid
        children = Path(f"/proc/{parent}/task/{parent}/children")
        try:
            return [int(pid) for pid in children.read_text().split()]
        except FileNotFoundError:
            return []

    def kill_one(self, pid: int) -> None:
        """SIGKILL to one of `pids`, which may have died meanwhile."""
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def signal(self, number: signal.Signals) -> None:
        """A signal to all, SIGSTOP and SIGCONT for instance."""
        os.killpg(self._child.process.pid, number)

    def log(self) -> str:
        """All that they printed."""
        return self._log.read_text(errors="replace")

    def kill(self) -> None:
        """SIGKILL to all, for good."""
        self._child.kill()

    def stop(self) -> None:
        """SIGTERM, and SIGKILL to what is still there later."""
        end([self._child], _END_SECONDS)
