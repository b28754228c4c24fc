"""`python -m bin.launch demo|serve|switchboard`."""

from __future__ import annotations

import sys

from bin.launch import command, demo, serve


def main() -> int:
    """Run the command that the first argument names."""
    match sys.argv[1:]:
        case ["demo"]:
            return demo.main()
        case ["serve"]:
            return serve.main()
        case ["switchboard", *arguments]:
            return command.main(arguments)
    print(__doc__, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
