"""The product's processes of a fault run, seen from outside: forked from one that has loaded it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from bin.launch.child import dies_with_us
from bin.launch.environment import ROOT
from harness.waiting import until

_END_SECONDS = 20.0


class Leader:
    """One program: the process that leads it, and those that it keeps alive."""

    def __init__(self, pid: int, log: Path, died: str) -> None:
        self.pid = pid
        self._began = _start_time(pid)
        self._log = log
        self._died = died

    @property
    def running(self) -> bool:
        """Whether the leader is there; long runs come round to its number again, for somebody else's process."""
        return self._began != "" and _start_time(self.pid) == self._began

    @property
    def kills(self) -> int:
        """How many of the leader's processes were killed so far."""
        return self.log().count(self._died)

    def pids(self) -> list[int]:
        """The processes that the leader keeps alive."""
        with contextlib.suppress(OSError):
            children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
            return [int(pid) for pid in children] if self.running else []
        return []

    def signal(self, number: signal.Signals) -> None:
        """A signal to the leader and to all its processes."""
        if self.running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    def kill_one(self, pid: int) -> None:
        """SIGKILL to one of `pids`, which may have gone meanwhile."""
        if pid in self.pids():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def kill(self) -> None:
        """SIGKILL to all, for good."""
        self.signal(signal.SIGKILL)
        until(lambda: not self.running, _END_SECONDS)

    def stop(self) -> None:
        """SIGTERM to the leader, and wait until all have ended; SIGKILL to what is still there later."""
        if self.running:
            os.kill(self.pid, signal.SIGTERM)
        with contextlib.suppress(AssertionError):
            until(lambda: not self.running, _END_SECONDS)
        self.kill()

    def log(self) -> str:
        """All that they printed."""
        return self._log.read_text(errors="replace") if self._log.exists() else ""


def _start_time(pid: int) -> str:
    """When a process began, in the kernel's own count; '' where there is none, or what is left of one."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    # proc(5): the state is field 3, the first after the name, and the start field 22.
    return "" if fields[0] == "Z" else fields[19]


class Nursery:
    """The process that forks; `stop` ends it with all that came from it."""

    def __init__(self, env: Mapping[str, str], logs: Path) -> None:
        logs.mkdir(parents=True, exist_ok=True)
        self._logs = logs
        self._count = 0
        with (logs / "nursery.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*dies_with_us(), sys.executable, "-m", "faults.nursery"],
                env=dict(env), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
            )  # fmt: skip

    def web(self, env: Mapping[str, str]) -> Leader:
        """gunicorn."""
        return self._start("web", env, "was sent SIGKILL")

    def workers(self, env: Mapping[str, str]) -> Leader:
        """Workers, as many as FAULT_WORKERS says."""
        return self._start("workers", env, "killed ")

    def stop(self) -> None:
        """End it, and all that it started."""
        self._process.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            assert stream is not None
            stream.close()

    def _start(self, program: str, env: Mapping[str, str], died: str) -> Leader:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._count += 1
        log = self._logs / f"{program}-{self._count}.log"
        self._process.stdin.write(json.dumps({"program": program, "env": dict(env), "log": str(log)}) + "\n")
        self._process.stdin.flush()
        return Leader(int(self._process.stdout.readline()), log, died)
