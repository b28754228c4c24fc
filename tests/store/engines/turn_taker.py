"""A process that takes turns: `python -m tests.store.engines.turn_taker FILE HOW`.

`greedy` takes turns without a pause, each noted beside the file, until `enough` is there; `hold` takes one and keeps
it; `once` takes one.
"""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

from app.store.engines.process_lock import ProcessLock


def notes_of(file: Path) -> Path:
    """Where the numbers of the turns are noted, in the order in which they were held."""
    return file.with_suffix(".notes")


def note(descriptor: int, who: str, number: int | None) -> None:
    """Note one turn; called by whoever holds it."""
    os.write(descriptor, f"{who} {number}\n".encode())


def main(file: Path, how: str) -> None:
    """Take the turns."""
    lock, enough = ProcessLock(file), file.with_name("enough")
    descriptor = os.open(notes_of(file), os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    while not enough.exists():
        with lock.hold(60) as number:
            note(descriptor, how, number)
            if how == "hold":
                threading.Event().wait()
        if how == "once":
            return


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
