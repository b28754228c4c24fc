"""`python -m simulator`: serve until SIGTERM or SIGINT."""

from __future__ import annotations

import os
import sys

from simulator.serving import Server
from simulator.settings import SettingsError, load


def main() -> int:
    """Start with the environment's settings; 2 and the reasons on stderr where they are wrong."""
    try:
        settings = load(os.environ)
    except SettingsError as problem:
        sys.stderr.write(f"simulator: {problem}\n")
        return 2
    Server(settings).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
