"""MP4, 3GP, QuickTime and HEIC are one container: its tracks say what it holds, not the brand at its beginning."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from app.domain.media.bounded import Bounded, ReadTooMuch

_PICTURES = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "image/heic"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
}
_SOUND_BRANDS = (b"M4A ", b"M4B ", b"M4P ")
_CODECS = {
    **dict.fromkeys((b"avc1", b"avc2", b"avc3"), "h264"),
    **dict.fromkeys((b"hvc1", b"hev1", b"dvh1", b"dvhe"), "hevc"),
    b"av01": "av1",
    b"vp08": "vp8",
    b"vp09": "vp9",
    b"mp4v": "mpeg4",
    b"s263": "h263",
    b"mp4a": "aac",
    b"samr": "amr",
    b"sawb": "amr-wb",
    b"Opus": "opus",
    b"alac": "alac",
    b"ac-3": "ac3",
    b"ec-3": "ec3",
}
# A recording's cover is a track of one picture.
_COVERS = (b"jpeg", b"png ", b"mjpa")
# What is looked into, level by level; nothing else is nested, however a file was made.
_INSIDE = ((b"moov",), (b"trak",), (b"mdia",), (b"minf",), (b"stbl",), ())
_DAY = 24 * 60 * 60


@dataclass(frozen=True)
class Film:
    """What the container holds: a picture, a sound or a film, its codec and its length."""

    content_type: str
    codec: str = ""
    seconds: int | None = None


@dataclass
class _Seen:
    handlers: list[bytes] = field(default_factory=list)
    # What the tracks are written in, in the order of their handlers.
    formats: list[bytes] = field(default_factory=list)
    seconds: int | None = None


def told(file: Bounded, head: bytes, declared: str, named: str) -> Film | None:
    """What the file is; None when it only looks like one of these."""
    brand = head[8:12] if head[4:8] == b"ftyp" else b"qt  "
    if brand in _PICTURES:
        return Film(_picture(head, brand))
    seen = _Seen()
    with suppress(ReadTooMuch, struct.error):
        _look(file, 0, file.size, seen, 0)
    tracks = [pair for pair in zip(seen.handlers, seen.formats, strict=False) if pair[1] not in _COVERS]
    films = [written for handler, written in tracks if handler == b"vide"]
    sounds = [written for handler, written in tracks if handler == b"soun"]
    if films:
        return Film(_film_type(brand), _CODECS.get(films[0], films[0].decode("latin-1").strip()), seen.seconds)
    if sounds:
        return Film(_sound_type(brand), _CODECS.get(sounds[0], sounds[0].decode("latin-1").strip()), seen.seconds)
    if head[4:8] != b"ftyp":
        return None
    return Film(_without_tracks(brand, declared, named))


def _picture(head: bytes, brand: bytes) -> str:
    (size,) = struct.unpack(">I", head[:4])
    others = {head[at : at + 4] for at in range(16, min(size, len(head)), 4)}
    return "image/avif" if _PICTURES[brand] == "image/avif" or b"avif" in others else "image/heic"


def _look(file: Bounded, start: int, end: int, seen: _Seen, depth: int) -> None:
    for kind, begin, stop in _boxes(file, start, end):
        if kind in _INSIDE[depth]:
            _look(file, begin, stop, seen, depth + 1)
        elif kind == b"hdlr":
            handler = file.at(begin + 8, 4)
            # QuickTime has a second handler inside a track, that of the data.
            if handler in (b"vide", b"soun") or len(seen.handlers) == len(seen.formats):
                seen.handlers.append(handler)
        elif kind == b"stsd":
            seen.formats.append(file.at(begin + 12, 4))
        elif kind == b"mvhd":
            seen.seconds = _length(file.at(begin, 32))


def _boxes(file: Bounded, start: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    at = start
    while at + 8 <= end:
        size, kind = struct.unpack(">I4s", file.at(at, 8))
        begin = at + 8
        if size == 1:
            (size,) = struct.unpack(">Q", file.read(8))
            begin += 8
        elif size == 0:
            size = end - at
        if at + size < begin:
            return
        yield kind, begin, min(at + size, end)
        at += size


def _length(header: bytes) -> int | None:
    scale, units = struct.unpack_from(">IQ", header, 20) if header[0] == 1 else struct.unpack_from(">II", header, 12)
    return max(1, round(units / scale)) if scale and 0 < units <= scale * _DAY else None


def _film_type(brand: bytes) -> str:
    if brand.startswith((b"3gp", b"3g2")):
        return "video/3gpp"
    return "video/quicktime" if brand == b"qt  " else "video/mp4"


def _sound_type(brand: bytes) -> str:
    return "audio/3gpp" if brand.startswith((b"3gp", b"3g2")) else "audio/mp4"


def _without_tracks(brand: bytes, declared: str, named: str) -> str:
    """A file that was cut off before its tracks: what was said, as far as the container can be that."""
    film, sound = _film_type(brand), _sound_type(brand)
    for word in (declared, named):
        if word in (film, sound):
            return word
    return sound if brand in _SOUND_BRANDS else film
