"""A file that is looked into may be read only so often and so much, however it was made."""

from __future__ import annotations

import io
from typing import BinaryIO

# The largest genuine file takes a few thousand reads; one made to be searched in vain would take millions.
MOST_READS = 20_000
MOST_BYTES = 8 * 1024 * 1024


class ReadTooMuch(OSError):
    """The file was made, or broken, so that looking into it would take too long."""


class Bounded(io.RawIOBase):
    """A seekable binary stream, read within bounds; it closes nothing."""

    def __init__(self, stream: BinaryIO, most_bytes: int = MOST_BYTES, most_reads: int = MOST_READS) -> None:
        self._stream = stream
        self._bytes, self._reads = most_bytes, most_reads
        self.size = stream.seek(0, io.SEEK_END)
        stream.seek(0)

    def read(self, size: int | None = -1, /) -> bytes:
        """As of any file; raises ReadTooMuch beyond the bounds."""
        # What isn't there costs nothing: a lying length asks for more than the file has.
        there = max(0, self.size - self._stream.tell())
        wanted = there if size is None or size < 0 else min(size, there)
        self._reads -= 1
        if self._reads < 0 or wanted > self._bytes:
            raise ReadTooMuch
        content = self._stream.read(wanted)
        self._bytes -= len(content)
        return content

    def at(self, offset: int, size: int) -> bytes:
        """What stands there."""
        self.seek(offset)
        return self.read(size)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """As of any file."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """As of any file."""
        return self._stream.tell()

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True


def opened(content: bytes | BinaryIO) -> BinaryIO:
    """The stream itself, or one of these bytes."""
    return io.BytesIO(content) if isinstance(content, bytes) else content
