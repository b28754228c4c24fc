"""What must be ours alone before anything starts: the data folder and the ports."""

from __future__ import annotations

import fcntl
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import IO


class Taken(Exception):
    """Somebody else has it; the message names the setting to change."""


def lock_data(data_dir: Path) -> IO[str]:
    """Hold `data_dir` for this process, as long as the returned file is open. Raises Taken."""
    data_dir.mkdir(parents=True, exist_ok=True)
    stream = (data_dir / "lock").open("a")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.close()
        raise Taken(
            f"Switchboard already runs on the data in {data_dir}. End it first, or set another DATA_DIR."
        ) from None
    return stream


def require_ports(given: Mapping[str, str], *settings: str) -> None:
    """Raises Taken when the port that one of `settings` names is in use at BIND, or is no port."""
    address = given.get("BIND") or "127.0.0.1"
    for setting in settings:
        value = given[setting]
        if not value.isdecimal() or not 0 < int(value) < 65536:
            raise Taken(f"{setting} is {value!r}, which is no port. Set {setting} to a number from 1 to 65535.")
        with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, int(value)))
            except OSError as error:
                raise Taken(
                    f"Port {value} of {address} can't be used ({error.strerror}). Set {setting} to another one."
                ) from None
