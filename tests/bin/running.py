"""Runs `bin/demo` and its like as a person at a terminal would, and looks at what they leave behind."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from harness.ports import free_port

ROOT = Path(__file__).parents[2]
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR")


class Running:
    """One `python -m bin.launch <name>` with DATA_DIR `folder`, which is what its bash wrapper becomes."""

    def __init__(self, name: str, folder: Path, **settings: str) -> None:
        inherited = {variable: os.environ[variable] for variable in PASSED_ON if variable in os.environ}
        own = {"DATA_DIR": str(folder), "PORT": str(free_port()), "SIMULATOR_PORT": str(free_port())}
        self.env = {**inherited, **own, "PYTHONPATH": str(ROOT), **settings}
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "bin.launch", name],
            env=self.env,
            cwd=folder.parent,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._lines: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def line(self, seconds: float = 60) -> str:
        """The next line that it prints; '' when it ends without one. Raises queue.Empty after `seconds`."""
        return self._lines.get(timeout=seconds)

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send it a signal, and wait until it has ended. Returns its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.wait()

    def wait(self, seconds: float = 30) -> int:
        """Wait until it ends by itself. Returns its exit code."""
        return self.process.wait(seconds)

    def complaint(self) -> str:
        """What it wrote to stderr, once it has ended."""
        assert self.process.stderr
        return self.process.stderr.read()

    def close(self) -> None:
        """End it whatever a test has left it in."""
        self.end()
        self._reader.join()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream
            stream.close()

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put("")


def processes_on(folder: Path) -> Mapping[int, str]:
    """Number and command of each process whose DATA_DIR is `folder`."""
    found = {}
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and f"DATA_DIR={folder}\0".encode() in (entry / "environ").read_bytes():
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found[int(entry.name)] = command
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
    return {pid: command for pid, command in found.items() if command}


def processor_seconds(folder: Path) -> float:
    """What the processes whose DATA_DIR is `folder`, and those that they waited for, have used of the processor."""
    ticks = 0
    for pid in processes_on(folder):
        # proc(5): utime, stime, cutime and cstime are fields 14 to 17; the first after the name is field 3.
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")
