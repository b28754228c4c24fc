"""`python -m faults.nursery`: keeps so many workers alive, each a process of its own, and a new one for each that dies.

The code is loaded once, here, as gunicorn does for the web process, so that a run of hundreds of kills doesn't
spend its time on loading. FAULT_WORKERS says how many; every death by SIGKILL is a line `killed <pid>`.
"""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType

from app import worker


class Nursery:
    """The parent of the workers."""

    def __init__(self, wanted: int) -> None:
        self._wanted = wanted
        self._children: set[int] = set()
        self._ending = False

    def run(self) -> None:
        """Fork and replace until told to end; then end all workers in an orderly way."""
        signal.signal(signal.SIGTERM, self._end)
        while self._children or not self._ending:
            while len(self._children) < self._wanted and not self._ending:
                self._fork()
            try:
                pid, status = os.wait()
            except ChildProcessError:
                continue
            self._children.discard(pid)
            if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
                sys.stdout.write(f"killed {pid}\n")
                sys.stdout.flush()

    def _fork(self) -> None:
        pid = os.fork()
        if pid:
            self._children.add(pid)
            return
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        try:
            worker.main()
        finally:
            sys.stdout.flush()
            os._exit(0)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._ending = True
        for pid in self._children:
            os.kill(pid, signal.SIGTERM)


if __name__ == "__main__":
    Nursery(int(os.environ.get("FAULT_WORKERS") or 1)).run()
