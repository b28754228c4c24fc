"""A file of the media store as a response: in pieces as it is read, or the part of it that was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable
from werkzeug.wsgi import FileWrapper

from app.gateways.media_store import StoredFile

_PIECE_BYTES = 128 * 1024


def streamed(file: StoredFile, etag: str, modified: datetime | None) -> Response:
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
    elif response.status_code == 200 and "wsgi.file_wrapper" in request.environ:
        # The server hands a whole file of a disk to the socket itself.
        response.response = request.environ["wsgi.file_wrapper"](file.stream, _PIECE_BYTES)
    else:
        response.response = _ClosedAtItsEnd(response.response)
    return response


def _in_one_piece(file: StoredFile) -> StoredFile:
    with file.stream:
        return StoredFile(BytesIO(file.stream.read()), file.size)


class _ClosedAtItsEnd:
    def __init__(self, pieces: Any) -> None:
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        try:
            piece: bytes = next(self._pieces)
        except StopIteration:
            self.close()
            raise
        return piece

    def close(self) -> None:
        self._pieces.close()
