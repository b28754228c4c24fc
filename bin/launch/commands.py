"""`python -m bin.launch.commands 'db upgrade' 'agents list'`: several of the product's commands, one after the other.

In one process, since loading the product takes longer than most commands do.
"""

from __future__ import annotations

import shlex
import sys

from app import cli


def main(lines: list[str]) -> None:
    """Run each, until one fails: then leave with its exit code."""
    for line in lines:
        sys.argv[1:] = shlex.split(line)
        try:
            cli.main()
        except SystemExit as end:
            if end.code:
                raise


if __name__ == "__main__":
    main(sys.argv[1:])
