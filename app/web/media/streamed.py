"""A file of the media store as a response: in pieces as it is read, or the part of it that was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from io import BytesIO
from typing import Any

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import FileWrapper

from app.gateways.media_store import StoredFile

_PIECE_BYTES = 128 * 1024


# Called once an answer is over, with how many bytes of its body left.
Ended = Callable[[Response, int], object]


def streamed(
    file: StoredFile, etag: str, modified: datetime | None, ended: Ended = lambda _response, _size: None
) -> Response:
    """The file with its length; ranges and conditions of the request are answered. Closes the file.

    What else its headers say is decided by `harmless`.
    """
    if not request.headers.get("Range", "bytes=").startswith("bytes="):
        # RFC 9110, 14.2: a unit that is not understood is passed over; Werkzeug would refuse it.
        del request.environ["HTTP_RANGE"]
    if file.size <= _PIECE_BYTES:
        file = _in_one_piece(file)
    response = Response(content_type="application/octet-stream", direct_passthrough=True)
    response.response = FileWrapper(file.stream, _PIECE_BYTES)
    response.content_length = file.size
    response.last_modified = modified
    response.set_etag(etag)
    try:
        response.make_conditional(request.environ, accept_ranges=True, complete_length=file.size)
    except RequestedRangeNotSatisfiable:
        file.stream.close()
        raise
    if request.method == "HEAD" or response.status_code == 304:
        file.stream.close()
        response.response = ()
        ended(response, 0)
    elif response.status_code == 200 and "wsgi.file_wrapper" in request.environ and _is_on_disk(file.stream):
        # The server hands a whole file of a disk to the socket itself.
        whole = _WholeFile(file.stream, partial(ended, response))
        response.response = request.environ["wsgi.file_wrapper"](whole, _PIECE_BYTES)
    else:
        response.response = _ClosedAtItsEnd(response.response, partial(ended, response))
    return response


def _is_on_disk(stream: Any) -> bool:
    try:
        return bool(stream.fileno() >= 0)
    except (AttributeError, OSError):
        return False


def _in_one_piece(file: StoredFile) -> StoredFile:
    with file.stream:
        return StoredFile(BytesIO(file.stream.read()), file.size)


class _WholeFile:
    """A file for the server to send, which counts what was sent: it seeks to there, or reads on when a piece is out."""

    def __init__(self, stream: Any, ended: Callable[[int], object]) -> None:
        self._stream = stream
        self._ended = ended
        self._out = self._read = 0
        self.fileno = stream.fileno

    def read(self, size: int = -1) -> bytes:
        self._out = self._read
        piece: bytes = self._stream.read(size)
        self._read += len(piece)
        return piece

    def seek(self, place: int) -> int:
        self._out = self._read = int(self._stream.seek(place))
        return self._out

    def close(self) -> None:
        if not self._stream.closed:
            self._stream.close()
            self._ended(self._out)


class _ClosedAtItsEnd:
    """Pieces that count what was sent: who asks for the next one has sent the one before."""

    def __init__(self, pieces: Any, ended: Callable[[int], object]) -> None:
        self._pieces = pieces
        self._ended = ended
        self._out = self._given = 0
        self._is_closed = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        self._out = self._given
        try:
            piece: bytes = next(self._pieces)
        except StopIteration:
            self.close()
            raise
        self._given += len(piece)
        return piece

    def close(self) -> None:
        if not self._is_closed:
            self._is_closed = True
            self._pieces.close()
            self._ended(self._out)
