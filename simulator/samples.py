"""Small genuine files, made by code: what the phone page's quick buttons attach."""

from __future__ import annotations

import io
import struct
from functools import cache

from PIL import Image, ImageDraw

SAMPLES = {
    "picture": ("image/jpeg", "picture.jpg"),
    "png": ("image/png", "picture.png"),
    "sticker": ("image/webp", "sticker.webp"),
    "voice": ("audio/ogg", "voice.ogg"),
    "document": ("application/pdf", "invoice-20418.pdf"),
    "card": ("text/vcard", "contact.vcf"),
    "video": ("video/mp4", "clip.mp4"),
}
OPUS_SILENCE = b"\xf8\xff\xfe"


@cache
def sample(name: str) -> tuple[bytes, str, str]:
    """The bytes, the Content-Type and the file name of a sample; KeyError for an unknown one."""
    content_type, file_name = SAMPLES[name]
    made = {
        "picture": lambda: _picture("JPEG"),
        "png": lambda: _picture("PNG"),
        "sticker": lambda: _picture("WEBP"),
        "voice": _voice_note,
        "document": _document,
        "card": _card,
        "video": _video,
    }[name]()
    return made, content_type, file_name


def _picture(kind: str) -> bytes:
    """A bicycle's outline on a plain ground, 640 by 480."""
    image = Image.new("RGB", (640, 480), "#e1ece8")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 400, 640, 480), fill="#c9d8d2")
    for left in (90, 350):
        draw.ellipse((left, 230, left + 200, 430), outline="#0d5951", width=10)
    frame = [(190, 330), (300, 330), (430, 190), (250, 190), (190, 330)]
    draw.line(frame, fill="#a12c1b", width=12, joint="curve")
    draw.line([(300, 330), (235, 150)], fill="#a12c1b", width=12)
    draw.line([(450, 330), (415, 140), (470, 130)], fill="#a12c1b", width=12)
    draw.line([(205, 150), (265, 150)], fill="#1c1b18", width=14)
    out = io.BytesIO()
    image.save(out, kind, quality=82)
    return out.getvalue()


def _voice_note() -> bytes:
    """Two seconds of silence as Ogg Opus."""
    head = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, 312, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 4) + b"none" + struct.pack("<I", 0)
    frames = 100
    pages = [_ogg_page([head], 0, 0, 2), _ogg_page([tags], 0, 1, 0)]
    pages.append(_ogg_page([OPUS_SILENCE] * frames, frames * 960, 2, 4))
    return b"".join(pages)


def _ogg_page(packets: list[bytes], granule: int, number: int, flags: int) -> bytes:
    lacing = b"".join(bytes([255] * (len(packet) // 255) + [len(packet) % 255]) for packet in packets)
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, granule, 0x5B0A, number, 0, len(lacing))
    page = head + lacing + b"".join(packets)
    return page[:22] + struct.pack("<I", _ogg_checksum(page)) + page[26:]


def _ogg_checksum(page: bytes) -> int:
    """RFC 3533: CRC-32 with polynomial 0x04c11db7, not reflected, over the page with the field at zero."""
    crc = 0
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = ((crc << 1) ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc


def _document() -> bytes:
    text = b"BT /F1 20 Tf 60 740 Td (Invoice 20418) Tj 0 -36 Td /F1 12 Tf (Brake pads, fitted: 38.00) Tj ET"
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = b"%PDF-1.4\n"
    offsets = []
    for number, part in enumerate(parts, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(parts) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (size, table, trailer)


def _card() -> bytes:
    lines = ["BEGIN:VCARD", "VERSION:3.0", "N:Byrne;Owen;;;", "FN:Owen Byrne", "TEL;TYPE=CELL:+447700900321"]
    return "\r\n".join([*lines, "END:VCARD", ""]).encode()


def _video() -> bytes:
    """The smallest thing that is recognised as MP4; nothing plays."""
    kind = b"isom" + struct.pack(">I", 512) + b"isomiso2mp41"
    return struct.pack(">I", 8 + len(kind)) + b"ftyp" + kind + struct.pack(">I", 8) + b"mdat"
