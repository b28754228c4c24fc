"""Small pictures of pictures, made within bounds and never shown larger than they are."""

from __future__ import annotations

import io
from typing import BinaryIO

import structlog
from PIL import Image, ImageOps

from app.domain.media.bounded import opened
from app.domain.media.kinds import Kind

log = structlog.get_logger()

CONTENT_TYPE = "image/webp"
# Twice what the thread shows, for fine screens.
SIDE = 560
# How many pixels are decoded, by format: JPEG is read at a part of its size unless it is progressive.
_FORMATS = {
    "image/jpeg": ("JPEG", 89_000_000),
    "image/png": ("PNG", 20_000_000),
    "image/gif": ("GIF", 20_000_000),
    "image/webp": ("WEBP", 12_000_000),
}
_PROGRESSIVE = 25_000_000


def made_of(content: bytes | BinaryIO, kind: Kind) -> bytes | None:
    """A WebP of at most SIDE pixels, turned as its EXIF says and without that; None where none can be made."""
    name, most = _FORMATS.get(kind.content_type, ("", 0))
    if not name or not 0 < kind.pixels <= most:
        return None
    try:
        with Image.open(opened(content), formats=[name]) as picture:
            if picture.info.get("progressive") and kind.pixels > _PROGRESSIVE:
                return None
            return _small(picture)
    except Exception as error:
        # Whatever is wrong with a picture comes as an exception of any kind; it is shown as it is, or as a file.
        log.info("media.no_thumbnail", type=kind.content_type, error=type(error).__name__)
        return None


def _small(picture: Image.Image) -> bytes:
    picture.draft("RGB", (SIDE * 2, SIDE * 2))
    turned = ImageOps.exif_transpose(picture)
    plain = turned.convert("RGBA" if turned.has_transparency_data else "RGB")
    plain.thumbnail((SIDE, SIDE))
    out = io.BytesIO()
    plain.save(out, "WEBP", quality=80)
    return out.getvalue()
