"""How many arenas of the C library threads take their memory from."""

from __future__ import annotations

import subprocess
import sys

_ARENAS = """
import ctypes, sys, threading
from app import heap

if "shared" in sys.argv:
    heap.share_arenas()
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
all_there = threading.Barrier(8)

def take():
    all_there.wait()
    libc.malloc(ctypes.c_size_t(5000))
    all_there.wait()

threads = [threading.Thread(target=take) for _ in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
libc.fdopen.restype = ctypes.c_void_p
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


def _arenas(*arguments: str) -> int:
    command = [sys.executable, "-c", _ARENAS, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.count("<heap nr=")


def test_threads_share_two_arenas() -> None:
    assert _arenas() > 2
    assert _arenas("shared") == 2
