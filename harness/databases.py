"""A PostgreSQL server of the tests' own: private, on loopback, gone when they end."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import TypedDict

import psycopg

from bin.launch.child import dies_with_us
from harness.ports import free_port
from harness.postgresql_programs import WHEEL, NoPostgresql, postgresql_programs
from harness.waiting import until

# initdb and postgres refuse to run as root, who steps down to this user.
STEP_DOWN_TO = "nobody"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    # As many as two web processes, a worker and a test's own connections may want at once.
    "max_connections": "300",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_line_prefix": "%m [%p] ",
}
# What it ends with while processes of one that was killed have not noticed yet.
STILL_IN_USE = b"pre-existing shared memory block"
# Where nothing has to outlast a crash, a new database costs a quarter less.
HASTY = {"wal_level": "minimal", "max_wal_senders": "0", "full_page_writes": "off", "synchronous_commit": "off"}


class _AsUser(TypedDict, total=False):
    """What `subprocess` takes to run a program as somebody else."""

    cwd: Path
    user: int
    group: int
    extra_groups: list[int]


class PostgresqlServer:
    """One server with an empty cluster in a temporary folder. `url(name)` is one of its databases."""

    def __init__(self, fsync: bool = True) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="switchboard-postgresql-"))
        self.port = free_port()
        self._user = _unprivileged_user()
        self._settings = {**SETTINGS, "fsync": "on" if fsync else "off", **({} if fsync else HASTY)}
        if self._user:
            os.chown(self.folder, self._user.pw_uid, self._user.pw_gid)
        self._process: subprocess.Popen[bytes] | None = None
        self._said_before = 0
        try:
            self.programs = self._within_reach(postgresql_programs())
            self._initialize()
        except BaseException:
            self.remove()
            raise

    def url(self, name: str = "postgres") -> str:
        """The URL of the database `name`, as a superuser."""
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{name}"

    @property
    def version(self) -> str:
        """What the server calls itself."""
        return self._output("postgres", "--version")

    def start(self) -> None:
        """Start, also after `kill`, and wait until it answers."""
        self._launch()
        until(self._answers, seconds=30)

    def _launch(self) -> None:
        command: list[str | Path] = [*dies_with_us(signal.SIGINT), self.programs / "postgres"]
        command += ["-D", self.folder / "data", "-k", self.folder, "-p", str(self.port)]
        for name, value in self._settings.items():
            command += ["-c", f"{name}={value}"]
        with (self.folder / "log").open("ab") as log:
            self._said_before = log.seek(0, os.SEEK_END)
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._as_user(),
            )

    def stop(self) -> None:
        """End it in an orderly way, dropping its connections."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self._process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def remove(self) -> None:
        """End it, and delete its data."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _initialize(self) -> None:
        self._output("initdb", "-D", self.folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
                     "--locale=C", "--no-sync")  # fmt: skip

    def _output(self, program: str, *arguments: str | Path) -> str:
        done = subprocess.run(
            [self.programs / program, *arguments],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, **self._as_user(),
        )  # fmt: skip
        if done.returncode:
            raise NoPostgresql(f"{program} failed: {done.stderr}")
        return done.stdout.strip()

    def _answers(self) -> bool:
        if self._process and self._process.poll() is not None:
            said = (self.folder / "log").read_bytes()[self._said_before :]
            if STILL_IN_USE not in said:
                raise NoPostgresql(f"it ended at once:\n{said[-2000:].decode()}")
            self._launch()
            return False
        try:
            psycopg.connect(f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres connect_timeout=2").close()
        except psycopg.OperationalError:
            return False
        return True

    def _as_user(self) -> _AsUser:
        if self._user is None:
            return {"cwd": self.folder}
        return {"cwd": self.folder, "user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []}

    def _within_reach(self, programs: Path) -> Path:
        # A wheel's programs are below a folder that another user may have no way into.
        if self._user is None or WHEEL not in programs.parts:
            return programs
        packages = programs.parents[2]
        # They find their libraries, beside the package, by the way that leads there.
        for part in (programs.parent, packages / f"{WHEEL}.libs"):
            shutil.copytree(part, self.folder / part.relative_to(packages))
        return self.folder / programs.relative_to(packages)


def _unprivileged_user() -> pwd.struct_passwd | None:
    return pwd.getpwnam(STEP_DOWN_TO) if os.geteuid() == 0 else None
