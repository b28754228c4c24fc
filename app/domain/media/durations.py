"""How long a recording lasts, as far as its file tells."""

from __future__ import annotations

import math
from typing import BinaryIO

from tinytag import TinyTag, TinyTagException

from app.domain.media.bounded import Bounded, ReadTooMuch, opened

# What claims to be longer is no voice note, and most likely broken.
_LONGEST = 24 * 60 * 60
# An Ogg's length stands in its last page, which is found by reading all of it.
_MOST_BYTES = 100 * 1024 * 1024


def seconds_of(content: bytes | BinaryIO, content_type: str) -> int | None:
    """Whole seconds of a sound, at least one; None for other files, and for a sound that doesn't tell."""
    if not content_type.startswith("audio/"):
        return None
    try:
        # Whatever is wrong with a file comes as an exception of the library's own.
        file = Bounded(opened(content), _MOST_BYTES)
        duration = TinyTag.get(file_obj=file, tags=False).duration  # type: ignore[arg-type]
    except (TinyTagException, ReadTooMuch):
        return None
    if not duration or not math.isfinite(duration) or not 0 < duration <= _LONGEST:
        return None
    return max(1, round(duration))
