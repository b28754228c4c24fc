"""Files whose first bytes say what they are."""

from __future__ import annotations

import filetype

_MARKS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"%PDF-", "application/pdf"),
    (b"%!PS", "application/postscript"),
    (b"#!AMR-WB\n", "audio/amr-wb"),
    (b"#!AMR\n", "audio/amr"),
    (b"fLaC", "audio/flac"),
    (b"MThd", "audio/midi"),
    (b"\x0b\x77", "audio/ac3"),
    (b"\x00\x00\x01\xba", "video/mpeg"),
    (b"\x00\x00\x01\xb3", "video/mpeg"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b\x08", "application/gzip"),
    (b"{\\rtf", "application/rtf"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/x-wav", b"AVI ": "video/x-msvideo"}
_BMP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
# Layer III, by version; kilobits a second, and samples a second.
_MP3_RATES = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_MP3_RATES_2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_MP3_SAMPLES = (44_100, 48_000, 32_000)


def told(head: bytes) -> str:
    """The type that the beginning shows beyond doubt; '' for none."""
    for mark, content_type in _MARKS:
        if head.startswith(mark):
            return content_type
    if head.startswith(b"RIFF"):
        return _RIFF.get(head[8:12], "")
    if head.startswith(b"FORM") and head[8:12] in (b"AIFF", b"AIFC"):
        return "audio/x-aiff"
    if head.startswith(b"BM") and int.from_bytes(head[14:18], "little") in _BMP_HEADERS:
        return "image/bmp"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else "video/x-matroska"
    if head.startswith(b"MZ") and b"\x00" in head[:64]:
        return "application/x-msdownload"
    return _sound(head)


def told_by_library(head: bytes) -> str:
    """What the library of file types sees in it: rarer kinds, after text was excluded."""
    kind = filetype.guess(head)
    # Its marks of sounds and bitmaps are two bytes, which were looked at more closely above.
    sure = kind is not None and kind.mime.startswith(("application/", "image/", "font/")) and kind.mime != "image/bmp"
    return str(kind.mime) if sure and kind.mime not in ("application/zip", "application/pdf") else ""


def _sound(head: bytes) -> str:
    if head.startswith(b"ID3") and len(head) >= 10:
        size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        after = head[10 + size :]
        return "audio/aac" if len(after) > 6 and _adts_frame(after) else "audio/mpeg"
    for frame, content_type in ((_adts_frame, "audio/aac"), (_mp3_frame, "audio/mpeg")):
        length = frame(head)
        # One frame may be chance; a second one right behind it, or the file's end there, is none.
        if length and (len(head) <= length or frame(head[length:])):
            return content_type
    return ""


def _adts_frame(data: bytes) -> int:
    """The length of a frame of AAC that begins here; 0 for none."""
    if len(data) < 7 or data[0] != 0xFF or data[1] & 0xF6 != 0xF0 or (data[2] >> 2) & 0xF > 12:
        return 0
    length = (data[3] & 3) << 11 | data[4] << 3 | data[5] >> 5
    return length if length > 7 else 0


def _mp3_frame(data: bytes) -> int:
    """The length of a frame of MP3 that begins here; 0 for none."""
    if len(data) < 4 or data[0] != 0xFF or data[1] & 0xE6 != 0xE2:
        return 0
    version, rate, samples = (data[1] >> 3) & 3, data[2] >> 4, (data[2] >> 2) & 3
    if version == 1 or not 0 < rate < 15 or samples == 3:
        return 0
    first = version == 3
    kilobits = (_MP3_RATES if first else _MP3_RATES_2)[rate]
    frequency = _MP3_SAMPLES[samples] // {3: 1, 2: 2, 0: 4}[version]
    return (144 if first else 72) * kilobits * 1000 // frequency + ((data[2] >> 1) & 1)
