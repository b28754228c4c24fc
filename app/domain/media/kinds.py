"""What a file is, for both ways: by its content first, then by what was declared, then by its name."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

from app.domain.media import archives, first_bytes, movie_boxes, ogg_pages, ole_documents, texts
from app.domain.media.bounded import Bounded, ReadTooMuch, opened
from app.domain.media.durations import seconds_of
from app.domain.media.extensions import EXTENSIONS, UNKNOWN, extension_of, plain_type, type_of_name
from app.domain.media.picture_sizes import size_of

HEAD_BYTES = 16 * 1024
# Their content would have shown it: who merely says so is mistaken, or lies.
_SHOWN_BY_CONTENT = frozenset(EXTENSIONS)


@dataclass(frozen=True)
class Kind:
    """A file's type, the usual extension of that, and what else its content shows.

    `codec` is that of the film, else of the sound; '' when it has none or doesn't tell. `width` and `height` are a
    picture's, 0 when it doesn't tell; `seconds` is how long a recording or a film lasts.
    """

    content_type: str
    codec: str = ""
    width: int = 0
    height: int = 0
    seconds: int | None = None

    @property
    def extension(self) -> str:
        """The extension that a file of this kind usually has."""
        return extension_of(self.content_type)

    @property
    def pixels(self) -> int:
        """How many pixels a picture claims to have; nothing was decoded for it."""
        return self.width * self.height


def tell(content: bytes | BinaryIO, declared: str = "", name: str = "") -> Kind:
    """What the file is; never raises for what is in it. A stream is read in parts, and left at its beginning."""
    stream = opened(content)
    try:
        return _told(Bounded(stream), plain_type(declared), type_of_name(name), stream)
    finally:
        stream.seek(0)


def _told(file: Bounded, declared: str, named: str, stream: BinaryIO) -> Kind:
    head = file.at(0, HEAD_BYTES)
    if head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"):
        film = movie_boxes.told(file, head, declared, named)
        if film is not None:
            sound = film.content_type.startswith("audio/")
            seconds = seconds_of(stream, film.content_type) if sound else film.seconds
            return Kind(film.content_type, film.codec, seconds=seconds)
    if head.startswith(b"OggS"):
        content_type, codec = ogg_pages.told(head)
        return Kind(content_type, codec, seconds=seconds_of(stream, content_type))
    content_type = _by_structure(file, head, declared, named) or _by_word(declared, named)
    width, height = _picture_size(file, content_type)
    return Kind(content_type, width=width, height=height, seconds=seconds_of(stream, content_type))


def _by_structure(file: Bounded, head: bytes, declared: str, named: str) -> str:
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return archives.told(file)
    if head.startswith(ole_documents.MARK):
        return ole_documents.told(file, declared, named)
    return first_bytes.told(head) or texts.told(file, head, declared, named) or first_bytes.told_by_library(head)


def _by_word(declared: str, named: str) -> str:
    """What was said, where the content could not have shown it and no browser would run it."""
    for word in (declared, named):
        if word and word not in _SHOWN_BY_CONTENT and not word.startswith("text/") and "script" not in word:
            return word if not word.endswith("xml") else UNKNOWN
    return UNKNOWN


def _picture_size(file: Bounded, content_type: str) -> tuple[int, int]:
    try:
        return size_of(file, content_type)
    except (ReadTooMuch, struct.error, IndexError):
        return 0, 0
