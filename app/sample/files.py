"""What customers send along, made by code: drawings, a voice note, an order form, a card, a clip, a sticker."""

from __future__ import annotations

import io
import math
import struct
from functools import cache

from PIL import Image, ImageDraw

# A script's tag for a file, and the type Twilio says it has.
FILES = {
    "image": "image/jpeg",
    "voice": "audio/ogg",
    "video": "video/mp4",
    "document": "application/pdf",
    "sticker": "image/webp",
    "card": "text/vcard",
}
_GROUNDS = ("#e1ece8", "#ece6da", "#dfe5ee", "#efe3dd")
_INK, _STEEL, _TEAL, _RED = "#1c1b18", "#6f7a80", "#0d5951", "#a12c1b"


@cache
def content(tag: str, what: str, variant: int) -> bytes:
    """The bytes of a file; `what` is the tag's value, and pictures have a different ground for each `variant`."""
    if tag in ("image", "sticker"):
        return _picture(what or "wheel", _GROUNDS[variant % len(_GROUNDS)], "WEBP" if tag == "sticker" else "JPEG")
    makers = {"voice": _voice_note, "video": _clip, "document": _order_form, "card": _card}
    return makers[tag]()


def _picture(what: str, ground: str, kind: str) -> bytes:
    size = (512, 512) if kind == "WEBP" else (800, 600)
    image = Image.new("RGB", size, ground)
    draw = ImageDraw.Draw(image)
    {"chain": _chain, "label": _label, "receipt": _receipt}.get(what, _wheel)(draw, *size)
    out = io.BytesIO()
    image.save(out, kind, quality=80)
    return out.getvalue()


def _wheel(draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
    x, y, radius = width / 2, height / 2, height * 0.42
    for spoke in range(28):
        angle = math.tau * spoke / 28
        hub = angle + (0.5 if spoke % 2 else -0.5)
        start = (x + 26 * math.cos(hub), y + 26 * math.sin(hub))
        draw.line([start, (x + radius * math.cos(angle), y + radius * math.sin(angle))], fill=_STEEL, width=2)
    for around, colour, thick in ((radius + 14, _INK, 20), (radius - 4, _STEEL, 7), (28, _TEAL, 12)):
        draw.ellipse((x - around, y - around, x + around, y + around), outline=colour, width=thick)
    draw.polygon([(x + radius, y - 60), (x + radius + 22, y - 48), (x + radius - 2, y - 36)], fill=_RED)


def _chain(draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
    points = [(40 + step * 72, height / 2 + 120 * math.sin(step / 2)) for step in range(width // 72 + 1)]
    for number, (start, end) in enumerate(zip(points, points[1:], strict=False)):
        draw.line([start, end], fill=_STEEL if number % 2 else _INK, width=34 if number % 2 else 22)
    for x, y in points:
        draw.ellipse((x - 23, y - 23, x + 23, y + 23), fill=_STEEL)
        draw.ellipse((x - 9, y - 9, x + 9, y + 9), fill=_INK)


def _paper(draw: ImageDraw.ImageDraw, width: int, height: int, lines: tuple[str, ...]) -> None:
    left, top = width * 0.2, height * 0.1
    draw.rectangle((left, top, width - left, height - top), fill="#fdfcfa", outline=_STEEL, width=3)
    for number, line in enumerate(lines):
        draw.text((left + 30, top + 28 + number * 46), line, fill=_INK, font_size=28)


def _label(draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
    _paper(draw, width, height, ("HALDEN CYCLES", "Type VK-14 / 36 V", "13.4 Ah  482 Wh", "S/N HC-0018437-K", "CE"))
    for bar in range(40):
        x = width * 0.24 + bar * 10
        draw.rectangle((x, height * 0.68, x + 2 + bar * bar % 5, height * 0.84), fill=_INK)


def _receipt(draw: ImageDraw.ImageDraw, width: int, height: int) -> None:
    lines = ("HALDEN CYCLES", "Lock, folding    59.00", "Bell, brass      18.00", "Total            77.00", "Thank you")
    _paper(draw, width, height, lines)


def _voice_note() -> bytes:
    """Three seconds of silence as Ogg Opus (RFC 7845), 20 ms a packet."""
    head = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, 312, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 6) + b"Halden" + struct.pack("<I", 0)
    sound = [b"\xf8\xff\xfe"] * 150
    return _page([head], 0, 0, 2) + _page([tags], 0, 1, 0) + _page(sound, 150 * 960, 2, 4)


def _page(packets: list[bytes], granule: int, number: int, flags: int) -> bytes:
    lengths = bytes(len(packet) for packet in packets)
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, granule, 0x1CE, number, 0, len(lengths))
    page = head + lengths + b"".join(packets)
    return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


def _checksum(page: bytes) -> int:
    """RFC 3533: CRC-32 with the polynomial 0x04c11db7, not reflected."""
    crc = 0
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = ((crc << 1) ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    return crc


def _order_form() -> bytes:
    lines = ("Order form", "Six bicycles, full service", "Collected on site, returned within two days", "Signed: yes")
    shown = " ".join(f"({line}) Tj 0 -28 Td" for line in lines)
    text = f"BT /F1 16 Tf 60 760 Td {shown} ET".encode()
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", b"0000000000 65535 f \n"
    for number, part in enumerate(parts, 1):
        places += b"%010d 00000 n \n" % len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    size = len(parts) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + b"xref\n0 %d\n%s%s" % (size, places, trailer)


def _card() -> bytes:
    lines = ("BEGIN:VCARD", "VERSION:3.0", "N:Byrne;Owen;;;", "FN:Owen Byrne", "TEL;TYPE=CELL:+447700900321")
    return "\r\n".join([*lines, "END:VCARD", ""]).encode()


def _clip() -> bytes:
    """The least that is recognised as MP4: it can be kept and downloaded, there is nothing in it to play."""
    kind = b"isom" + struct.pack(">I", 512) + b"isomiso2mp41"
    return struct.pack(">I", 8 + len(kind)) + b"ftyp" + kind + struct.pack(">I", 8) + b"mdat"
