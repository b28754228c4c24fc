"""`python -m harness.prepare`: gets a PostgreSQL and a Chromium, and says which it took."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from harness.chromium import NoChromium, chromium
from harness.postgresql_programs import NoPostgresql, postgresql_programs


def main() -> int:
    """Returns 1, with the reason on stderr, when one of them can't be had."""
    try:
        _took("PostgreSQL", postgresql_programs() / "postgres")
        _took("Chromium", Path(chromium()))
    except (NoPostgresql, NoChromium) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _took(what: str, program: Path) -> None:
    version = subprocess.run([program, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    sys.stdout.write(f"{what}: {program} ({version.stdout.strip()})\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
