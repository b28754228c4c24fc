"""`python -m faults.nursery`: loads the product once and forks its processes from there, as gunicorn does its workers.

A run of hundreds of kills would else spend its time on loading. Each line on stdin is an order as JSON (`program`,
`env`, `log`), answered by the new leader's pid. A leader has a process group of its own; `web` is gunicorn, `workers`
keeps FAULT_WORKERS workers alive and writes `killed <pid>` for each that dies by SIGKILL. All die with this process.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

from gunicorn.app.wsgiapp import WSGIApplication

import app.cli  # noqa: F401 - loads what the web process needs
from app.worker import process
from faults import kill_points

_PR_SET_PDEATHSIG = 1
_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGCHLD)


class Keeper:
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
                with _signals_held_back():
                    self._children.add(_fork(process.main))
            try:
                pid, status = os.wait()
            except ChildProcessError:
                continue
            self._children.discard(pid)
            if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
                sys.stdout.write(f"killed {pid}\n")
                sys.stdout.flush()

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self._ending = True
        for pid in self._children:
            os.kill(pid, signal.SIGTERM)


@contextlib.contextmanager
def _signals_held_back() -> Iterator[None]:
    """A signal that comes now comes afterwards: it must find the new child in the books."""
    signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)


def _fork(main: Callable[[], Any]) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == parent:
            for number in _SIGNALS:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _SIGNALS)
            main()
            code = 0
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _lead(order: dict[str, Any]) -> None:
    os.setsid()
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for here, there in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(here, there)
    os.environ.clear()
    os.environ.update(order["env"])
    kill_points.arm()
    if order["program"] == "web":
        sys.argv = ["gunicorn", "-c", "gunicorn.conf.py", "wsgi:app"]
        WSGIApplication("%(prog)s [OPTIONS] [APP_MODULE]").run()
    else:
        Keeper(int(os.environ["FAULT_WORKERS"])).run()


def main() -> None:
    """Take orders until stdin ends."""
    # Nobody here waits for the leaders; the kernel forgets them when they end.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        order = json.loads(line)
        sys.stdout.write(f"{_fork(lambda order=order: _lead(order))}\n")  # type: ignore[misc]
        sys.stdout.flush()


if __name__ == "__main__":
    main()
