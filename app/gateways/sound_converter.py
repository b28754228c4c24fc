"""ffmpeg, where it is installed: it makes a voice note that WhatsApp takes of any recording."""

from __future__ import annotations

import shutil
import subprocess
from functools import cache

_SECONDS = 60
_READ = ("ffmpeg", "-nostdin", "-hide_banner", "-loglevel", "error", "-protocol_whitelist", "pipe", "-i", "pipe:0")
_WRITE = ("-vn", "-map_metadata", "-1", "-c:a", "libopus", "-b:a", "32k", "-ac", "1", "-f", "ogg", "pipe:1")


class SoundUnreadable(Exception):
    """ffmpeg could not read it, or took too long."""


@cache
def is_there() -> bool:
    """Whether this machine can convert sounds."""
    return shutil.which("ffmpeg") is not None


def opus(content: bytes) -> bytes:
    """The sound as Opus in Ogg. It comes and goes through pipes, so that no file's content can name another file."""
    try:
        done = subprocess.run([*_READ, *_WRITE], input=content, capture_output=True, timeout=_SECONDS, check=True)
    except (subprocess.SubprocessError, OSError) as error:
        raise SoundUnreadable from error
    return done.stdout
