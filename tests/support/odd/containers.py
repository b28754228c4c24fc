"""Containers built by hand: films and recordings by their tracks, Ogg by its codec, archives in any order."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", 8 + len(content)) + kind + content


def _track(handler: bytes, codec: bytes) -> bytes:
    hdlr = box(b"hdlr", b"\0" * 8 + handler + b"\0" * 13)
    entry = box(codec, b"\0" * 28)
    stsd = box(b"stsd", b"\0" * 4 + struct.pack(">I", 1) + entry)
    return box(b"trak", box(b"mdia", hdlr + box(b"minf", box(b"stbl", stsd))))


def film(brand: bytes, *tracks: tuple[bytes, bytes], moov_last: bool = True, seconds: int = 7) -> bytes:
    """A file with these tracks, and nothing in them to play."""
    header = box(b"mvhd", b"\0" * 12 + struct.pack(">II", 1000, seconds * 1000) + b"\0" * 80)
    moov = box(b"moov", header + b"".join(_track(*track) for track in tracks))
    data = box(b"mdat", b"\xaa" * 3000)
    return box(b"ftyp", brand + b"\0\0\2\0" + b"isom" + brand) + (data + moov if moov_last else moov + data)


def ogg(*packets: bytes) -> bytes:
    """Ogg whose streams begin with these packets."""
    first = [_page(packet, number, 2) for number, packet in enumerate(packets)]
    return b"".join(first) + _page(b"\0" * 200, 0, 0)


def _page(packet: bytes, stream: int, flags: int) -> bytes:
    return struct.pack("<4sBBqIIIBB", b"OggS", 0, flags, 0, stream, 0, 0, 1, len(packet)) + packet


def archive(*names: str, content: bytes = b"x", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name in names:
            made.writestr(name, content)
    return out.getvalue()


def bomb(megabytes: int) -> bytes:
    """An archive of one entry that unpacks to so much."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made, made.open("zeros", "w") as entry:
        for _ in range(megabytes):
            entry.write(b"\0" * 1024 * 1024)
    return out.getvalue()


def crowded(entries: int) -> bytes:
    """An archive whose directory lists one short entry again and again."""
    one = archive("a", method=zipfile.ZIP_STORED)
    start = one.rindex(b"PK\x01\x02")
    end = one.rindex(b"PK\x05\x06")
    directory = one[start:end] * entries
    count = min(entries, 0xFFFF)
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(directory), start, 0)
    return one[:start] + directory + tail


def ole(*streams: str) -> bytes:
    """An older Office container with these streams in its directory, and nothing in them."""
    names = ["Root Entry", *streams]
    names += [""] * (-len(names) % 4)
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2) + b"\0" * 62 for name in names
    )
    sectors = len(directory) // 512
    table = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE]
    fat = struct.pack(f"<{len(table)}I", *table).ljust(512, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHH", 0x3E, 3, 0xFFFE, 9)
    head = head.ljust(48, b"\0") + struct.pack("<I", 1)
    head = head.ljust(76, b"\0") + struct.pack("<I", 0)
    return head.ljust(512, b"\xff") + fat + directory


def png(width: int, height: int) -> bytes:
    """A picture that claims this size and holds one row."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")
    )


def jpeg(width: int, height: int) -> bytes:
    """The segments before the picture, behind a comment with a page in it."""
    comment = b"<html><script>window.top.ran = 1; ran = 1</script>"
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\1\x11\0"
    parts = [(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"), (0xFE, comment), (0xC0, frame)]
    return (
        b"\xff\xd8"
        + b"".join(struct.pack(">BBH", 0xFF, mark, len(part) + 2) + part for mark, part in parts)
        + b"\xff\xd9"
    )


def webp_extended(width: int, height: int) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + size
