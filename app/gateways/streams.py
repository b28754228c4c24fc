"""Files on their way, of which only a piece is held in memory."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Iterator
from typing import BinaryIO, NamedTuple, Protocol, cast

# What is held in memory of a file that is on its way.
PIECE_BYTES = 512 * 1024


class Readable(Protocol):
    """What a file is read from, from where it stands to its end."""

    def read(self, size: int, /) -> bytes: ...


class Stored(NamedTuple):
    """A file as it was kept: its bytes, and their SHA-256 in hexadecimal."""

    size: int
    sha256: str


class Measured:
    """A stream that is read once, with what came out of it so far."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._hash = hashlib.sha256()
        self.size = 0

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, fewer than `size` only at the end; what is left without a size."""
        piece = self._stream.read(size)
        while piece and len(piece) < size and (more := self._stream.read(size - len(piece))):
            piece += more
        self._hash.update(piece)
        self.size += len(piece)
        return piece

    def pieces(self) -> Iterator[bytes]:
        """All of it; each piece but the last is whole."""
        return iter(lambda: self.read(PIECE_BYTES), b"")

    def stored(self) -> Stored:
        """What was read, at its end."""
        return Stored(self.size, self._hash.hexdigest())


class _Ranged(io.RawIOBase):
    def __init__(self, size: int, read_at: Callable[[int, int], bytes], close: Callable[[], object] | None) -> None:
        self._size = size
        self._read_at = read_at
        self._on_close = close
        self._position = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = max(0, start + offset)
        return self._position

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        wanted = min(len(buffer), self._size - self._position)
        if wanted <= 0:
            return 0
        got = self._read_at(self._position, wanted)
        buffer[: len(got)] = got
        self._position += len(got)
        return len(got)

    def close(self) -> None:
        if not self.closed and self._on_close is not None:
            self._on_close()
        super().close()


def ranged(size: int, read_at: Callable[[int, int], bytes], close: Callable[[], object] | None = None) -> BinaryIO:
    """A stream of `size` bytes; `read_at(position, most)` gives at least one of those that are there."""
    return cast(BinaryIO, io.BufferedReader(_Ranged(size, read_at, close), PIECE_BYTES))
