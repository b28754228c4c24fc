"""Keeps the processes of one installation: waits until they are ready, ends them together."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Sequence
from types import FrameType

from bin.launch.child import Child, end

EVERY_SECONDS = 0.1
READY_SECONDS = 120.0


class Stopped(Exception):
    """A person or the system asked for the end."""


class Died(Exception):
    """A process ended that should not have, or nothing got ready; the message says which, and why."""


class Supervisor:
    """The children, and whether somebody has asked for the end.

    Once it is made, Ctrl-C, SIGTERM and a closed terminal are noted, and acted upon by `watch` and `check`.
    """

    def __init__(self) -> None:
        self.children: list[Child] = []
        self.stopping = False
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def check(self) -> None:
        """Raises Stopped or Died."""
        if self.stopping:
            raise Stopped
        for child in self.children:
            if not child.running:
                raise Died(_obituary(child))

    def finish(self, child: Child) -> None:
        """Wait until `child`, a command, is done. Raises Died when it fails, Stopped on the wish to end."""
        self.children.append(child)
        while child.running:
            if self.stopping:
                raise Stopped
            time.sleep(EVERY_SECONDS / 5)
        self.children.remove(child)
        if child.process.returncode:
            # A command says by itself what went wrong.
            raise Died(child.tail())

    def wait_until(self, ready: Callable[[], str], seconds: float = READY_SECONDS) -> None:
        """Wait until `ready` returns '' and not a reason why not. Raises Stopped or Died."""
        deadline = time.monotonic() + seconds
        while reason := ready():
            self.check()
            if time.monotonic() > deadline:
                raise Died(f"not ready after {seconds:.0f} s: {reason}\n{_logs(self.children)}")
            time.sleep(EVERY_SECONDS)

    def watch(self) -> None:
        """Stay until the end is asked for (Stopped) or a child ends by itself (Died)."""
        while True:
            self.check()
            time.sleep(EVERY_SECONDS)

    def end(self) -> None:
        """End every child, and what it started."""
        end(self.children)


def _obituary(child: Child) -> str:
    code = child.process.returncode
    return f"{child.name} ended by itself (exit code {code}). Its log {child.log} ends:\n{child.tail()}"


def _logs(children: Sequence[Child]) -> str:
    return "\n".join(f"{child.name}: {child.log}" for child in children)
