"""How many pixels a picture claims to have: read from its header, with nothing decoded."""

from __future__ import annotations

import struct

from app.domain.media.bounded import Bounded

_JPEG_WITHOUT_LENGTH = frozenset({0x01, *range(0xD0, 0xD8)})
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def size_of(file: Bounded, content_type: str) -> tuple[int, int]:
    """Width and height; (0, 0) for other files, and for one that doesn't tell."""
    if content_type == "image/jpeg":
        return _jpeg(file)
    head = file.at(0, 40)
    if content_type == "image/png" and head[12:16] == b"IHDR":
        return _pair(">II", head, 16)
    if content_type == "image/gif":
        return _pair("<HH", head, 6)
    if content_type == "image/bmp":
        return _pair("<HH", head, 18) if head[14] == 12 else _pair("<II", head, 18)
    return _webp(head) if content_type == "image/webp" else (0, 0)


def _pair(form: str, head: bytes, at: int) -> tuple[int, int]:
    width, height = struct.unpack_from(form, head, at)
    return width, height


def _webp(head: bytes) -> tuple[int, int]:
    if head[12:16] == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = _pair("<HH", head, 26)
    return width & 0x3FFF, height & 0x3FFF


def _jpeg(file: Bounded) -> tuple[int, int]:
    """The first frame's size, behind any number of other segments."""
    at = 2
    while True:
        mark = file.at(at, 4)
        if mark[0] != 0xFF:
            return 0, 0
        if mark[1] == 0xFF:
            at += 1
        elif mark[1] in _JPEG_WITHOUT_LENGTH:
            at += 2
        elif mark[1] in _JPEG_FRAMES:
            height, width = _pair(">HH", file.at(at + 5, 4), 0)
            return width, height
        else:
            at += 2 + int.from_bytes(mark[2:4], "big")
