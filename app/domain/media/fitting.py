"""Make a file that WhatsApp takes of one that it doesn't: pictures become JPEG, recordings Opus in Ogg."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, BinaryIO

import filetype
import pillow_heif
from PIL import ExifTags, Image, ImageOps

from app.domain.media.previews import on_white
from app.gateways import sound_converter
from app.gateways.sound_converter import SoundUnreadable

pillow_heif.register_heif_opener()

IMAGE_BYTES = 5 * 1024 * 1024
# What is decoded: a phone's usual picture has 12 to 50 million.
MOST_PIXELS = 60_000_000
# WhatsApp shows no more, and makes larger ones smaller by itself.
_EDGE = 4096
_QUALITIES = (88, 80, 70, 55)
_SOUNDS = ("audio/", "video/webm")
# Those that cameras, phones and screens make; never one whose decoder starts another program, as EPS does.
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "HEIF", "AVIF")


class CantBeFitted(Exception):
    """No file that is taken can be made of it: picture_unreadable, file_too_many_pixels or sound_unreadable."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Fitted:
    """The new file, its name, and the size that the old one had."""

    name: str
    content: bytes
    was: int


def way_of(stream: BinaryIO) -> str:
    """How a file could be made to fit: `picture`, `sound`, or '' when it can't."""
    if _header_of(stream) is not None:
        return "picture"
    kind = _guess(stream)
    return "sound" if kind and kind.mime.startswith(_SOUNDS) and sound_converter.is_there() else ""


def _guess(stream: BinaryIO) -> Any:
    stream.seek(0)
    return filetype.guess(stream.read(8192))


def tells_the_place(stream: BinaryIO) -> bool:
    """True for a picture that holds where it was taken."""
    stream.seek(0)
    try:
        with Image.open(stream, formats=_FORMATS) as picture:
            return bool(picture.getexif().get_ifd(ExifTags.IFD.GPSInfo))
    except Exception:
        # Whatever is wrong with a picture comes as an exception of any kind.
        return False


def fit(name: str, stream: BinaryIO) -> Fitted:
    """The file as one that WhatsApp takes. Raises CantBeFitted."""
    way, was = way_of(stream), stream.seek(0, 2)
    stream.seek(0)
    stem = PurePath(name).stem or "file"
    if way == "sound":
        try:
            return Fitted(f"{stem}.ogg", sound_converter.opus(stream.read()), was)
        except SoundUnreadable:
            raise CantBeFitted("sound_unreadable") from None
    return Fitted(f"{stem}.jpg", _jpeg(stream), was)


def _header_of(stream: BinaryIO) -> tuple[int, int] | None:
    stream.seek(0)
    try:
        with Image.open(stream, formats=_FORMATS) as picture:
            return picture.size
    except Exception:
        return None


def _jpeg(stream: BinaryIO) -> bytes:
    """Upright, without what the camera wrote of place and owner, and small enough."""
    size = _header_of(stream)
    if size is None:
        raise CantBeFitted("picture_unreadable")
    if size[0] * size[1] > MOST_PIXELS:
        raise CantBeFitted("file_too_many_pixels")
    stream.seek(0)
    try:
        with Image.open(stream, formats=_FORMATS) as picture:
            picture.draft("RGB", (_EDGE, _EDGE))
            plain = on_white(ImageOps.exif_transpose(picture))
    except Exception:
        raise CantBeFitted("picture_unreadable") from None
    plain.thumbnail((_EDGE, _EDGE))
    while True:
        for quality in _QUALITIES:
            out = io.BytesIO()
            # A new picture has no EXIF; of the profile of its colours nobody learns anything about who took it.
            plain.save(out, "JPEG", quality=quality, optimize=True, exif=b"", icc_profile=plain.info.get("icc_profile"))
            if out.tell() <= IMAGE_BYTES:
                return out.getvalue()
        plain = plain.resize((plain.width // 2 or 1, plain.height // 2 or 1))
