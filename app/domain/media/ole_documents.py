"""The older Office documents are one container; the streams in its directory say which of them it is."""

from __future__ import annotations

import struct

from app.domain.media.bounded import Bounded, ReadTooMuch
from app.domain.media.extensions import DOCX, PPTX, XLSX

MARK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTAINER = "application/x-ole-storage"
_STREAMS = {
    "WordDocument": "application/msword",
    "Workbook": "application/vnd.ms-excel",
    "Book": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
    "__properties_version1.0": "application/vnd.ms-outlook",
}
_MOST_SECTORS = 200


def told(file: Bounded, declared: str, named: str) -> str:
    """The type of the container, by its streams; one that was locked with a password by what was said."""
    try:
        names = set(_names(file))
    except (ReadTooMuch, struct.error):
        names = set()
    for stream, content_type in _STREAMS.items():
        if stream in names:
            return content_type
    if "EncryptedPackage" in names:
        return next((word for word in (declared, named) if word in (DOCX, XLSX, PPTX)), _CONTAINER)
    return _CONTAINER


def _names(file: Bounded) -> list[str]:
    """The names in the directory, as far as its chain of sectors goes."""
    header = file.at(0, 512)
    (shift,) = struct.unpack_from("<H", header, 30)
    if shift not in (9, 12):
        return []
    size = 1 << shift
    tables = struct.unpack_from("<109I", header, 76)
    (sector,) = struct.unpack_from("<I", header, 48)
    names: list[str] = []
    for _ in range(_MOST_SECTORS):
        if sector >= 0xFFFFFFF0:
            break
        directory = file.at((sector + 1) * size, size)
        names += [_name(directory[start : start + 128]) for start in range(0, len(directory) - 127, 128)]
        table, place = divmod(sector, size // 4)
        if table >= len(tables) or tables[table] >= 0xFFFFFFF0:
            break
        (sector,) = struct.unpack("<I", file.at((tables[table] + 1) * size + place * 4, 4))
    return names


def _name(entry: bytes) -> str:
    (length,) = struct.unpack_from("<H", entry, 64)
    return entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
