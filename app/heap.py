"""The C library's heap, which the interpreter and its libraries take their memory from."""

from __future__ import annotations

import ctypes

_M_ARENA_MAX = -8
_MOST_ARENAS = 2


def share_arenas() -> None:
    """Let all threads of this process, and of those it forks, share two arenas; to be called before the first thread.

    By itself glibc gives each thread one, up to eight a processor, and what is freed there serves no other thread.
    Other C libraries know no such thing.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, _MOST_ARENAS)
