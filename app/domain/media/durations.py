"""How long a recording lasts, as far as its file tells."""

from __future__ import annotations

import io
import math

from tinytag import TinyTag, TinyTagException

# What claims to be longer is no voice note, and most likely broken.
_LONGEST = 24 * 60 * 60
# The largest genuine file takes a few thousand; one made to be searched in vain would take millions.
_MOST_READS = 20_000


class _Patient(io.BytesIO):
    """A file that may be read only so often."""

    reads = 0

    def read(self, size: int | None = -1, /) -> bytes:
        self.reads += 1
        if self.reads > _MOST_READS:
            raise OSError("read too often")
        return super().read(size)


def seconds_of(content: bytes, content_type: str) -> int | None:
    """Whole seconds of a sound, at least one; None for other files, and for a sound that doesn't tell."""
    if not content_type.startswith("audio/"):
        return None
    try:
        # Whatever is wrong with a file comes as an exception of the library's own.
        duration = TinyTag.get(file_obj=_Patient(content), tags=False).duration
    except TinyTagException:
        return None
    if not duration or not math.isfinite(duration) or not 0 < duration <= _LONGEST:
        return None
    return max(1, round(duration))
