"""The product's real processes, as `bin/demo` starts them, on ports and with data of a test's own."""

from __future__ import annotations

import os
import signal
import urllib.error
import urllib.request
from pathlib import Path

from bin.launch.child import Child, end
from bin.launch.environment import for_demo
from bin.launch.programs import start
from bin.launch.readiness import why_not_ready
from harness.moved_clock import VARIABLES
from harness.ports import free_port
from harness.waiting import until

# What of this process's environment the product gets; its settings come from the test alone.
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "TZ", *VARIABLES)
ALL = ("simulator", "web", "worker")
READY_SECONDS = 60


class Stand:
    """Web, worker and stand-in, with a migrated database and a folder. `env` holds all their settings.

    Use it as a context manager, or call `stop` at the end: nothing that was started here stays.
    """

    def __init__(self, folder: Path, database_url: str, **settings: str) -> None:
        inherited = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        own = {
            "DATA_DIR": str(folder),
            "DATABASE_URL": database_url,
            "PORT": str(free_port()),
            "SIMULATOR_PORT": str(free_port()),
        }
        self.env = for_demo({**inherited, **own, **settings})
        self._logs = folder / "log"
        self._children: dict[str, Child] = {}

    @property
    def web_url(self) -> str:
        """Where the console and the webhooks are."""
        return f"http://127.0.0.1:{self.env['PORT']}"

    @property
    def simulator_url(self) -> str:
        """Where the stand-in for Twilio is."""
        return f"http://127.0.0.1:{self.env['SIMULATOR_PORT']}"

    def start(self, *programs: str) -> Stand:
        """Start `programs` (all by default) and wait until each answers, and until all together are ready."""
        for program in programs or ALL:
            self._children[program] = start(program, self.env, self._logs)
        for program in programs or ALL:
            until(lambda program=program: self._answers(program), READY_SECONDS)  # type: ignore[misc]
        if set(ALL) <= {name for name, child in self._children.items() if child.running}:
            until(self.ready, READY_SECONDS)
        return self

    def ready(self) -> bool:
        """Whether /healthz answers 200."""
        return not why_not_ready(self.env["PORT"])

    def kill(self, program: str) -> None:
        """SIGKILL to the program and to all its processes."""
        self._children[program].kill()

    def kill_one(self, pid: int) -> None:
        """SIGKILL to one of `pids`."""
        os.kill(pid, signal.SIGKILL)

    def terminate(self, program: str) -> None:
        """SIGTERM, as an orderly restart sends it; returns when it has ended."""
        end([self._children[program]])

    def signal(self, program: str, number: signal.Signals) -> None:
        """Send a signal to the whole program, SIGSTOP and SIGCONT for instance."""
        os.killpg(self._children[program].process.pid, number)

    def pids(self, program: str) -> list[int]:
        """Every process of the program, its first one first: gunicorn's master, then its workers."""
        leader = self._children[program].process.pid
        members = (int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdecimal())
        return sorted((pid for pid in members if _group(pid) == leader), key=lambda pid: (pid != leader, pid))

    def command(self, *arguments: str, seconds: float = 60) -> str:
        """Run `bin/switchboard …` with the stand's settings; raises AssertionError unless it exits 0."""
        return self._finish("command", *arguments, seconds=seconds)

    def prepare_demo(self) -> None:
        """Migrate, and load the demo's sample data: a month, which takes long to play beside other work."""
        self._finish("demo", seconds=110)

    def _finish(self, program: str, *arguments: str, seconds: float = 60) -> str:
        log = self._logs / f"{program}.log"
        log.unlink(missing_ok=True)
        child = start(program, self.env, self._logs, *arguments)
        try:
            code = child.process.wait(seconds)
        finally:
            child.kill()
        assert code == 0, f"{program} {arguments} exited {code}: {child.tail()}"
        return log.read_text()

    def log(self, program: str) -> str:
        """All that the program has printed."""
        return (self._logs / f"{program}.log").read_text(errors="replace")

    def kill_all(self) -> None:
        """SIGKILL to everything, once nobody looks at it any more: an orderly end takes seconds."""
        for child in self._children.values():
            child.kill()

    def stop(self) -> None:
        """End everything."""
        end(list(self._children.values()))

    def __enter__(self) -> Stand:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _answers(self, program: str) -> bool:
        child = self._children[program]
        assert child.running, f"{program} ended: {child.tail()}"
        urls = {"web": f"{self.web_url}/healthz", "simulator": self.simulator_url}
        return program not in urls or _http_answers(urls[program])


def _http_answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError as answer:
        answer.close()
        return True
    except OSError:
        return False


def _group(pid: int) -> int:
    try:
        return os.getpgid(pid)
    except ProcessLookupError:
        return 0
