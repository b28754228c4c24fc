"""A small picture of a picture, for lists."""

from __future__ import annotations

import io
from typing import BinaryIO

import structlog
from PIL import Image, ImageOps

log = structlog.get_logger()
_EDGE = 160
# More is not decoded for a small picture.
_MOST_PIXELS = 50_000_000


def preview_of(stream: BinaryIO) -> bytes | None:
    """A JPEG of at most 160 by 160, upright; None for what is no picture, or can't be decoded."""
    stream.seek(0)
    try:
        with Image.open(stream, formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                return None
            picture.draft("RGB", (_EDGE * 2, _EDGE * 2))
            small = ImageOps.exif_transpose(picture)
            small.thumbnail((_EDGE, _EDGE))
            out = io.BytesIO()
            on_white(small).save(out, "JPEG", quality=80)
            return out.getvalue()
    except Exception as error:
        # Whatever is wrong with a picture comes as an exception of any kind; the list shows its type instead.
        log.info("media.no_preview", error=type(error).__name__)
        return None


def on_white(picture: Image.Image) -> Image.Image:
    """The picture without transparency, which JPEG doesn't have."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        ground = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(ground, layer).convert("RGB")
    return picture.convert("RGB")
