"""The pictures that customers send along, drawn by code: a wheel, a chain, a battery's label, a receipt."""

from __future__ import annotations

import io
import math
from functools import cache

from PIL import Image, ImageDraw

_GROUNDS = ("#e1ece8", "#ece6da", "#dfe5ee", "#efe3dd")
_INK, _STEEL, _TEAL, _RED = "#1c1b18", "#6f7a80", "#0d5951", "#a12c1b"


@cache
def picture(what: str, variant: int, kind: str = "JPEG") -> bytes:
    """What a picture shows ('': a wheel), on one of several grounds; a sticker's `kind` is WEBP."""
    size = (512, 512) if kind == "WEBP" else (800, 600)
    image = Image.new("RGB", size, _GROUNDS[variant % len(_GROUNDS)])
    {"chain": _chain, "label": _label, "receipt": _receipt}.get(what, _wheel)(ImageDraw.Draw(image), *size)
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
