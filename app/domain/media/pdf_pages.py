"""How many pages a PDF has, where that stands in plain sight; nothing is unpacked for it."""

from __future__ import annotations

import re

_NEAR = 1024 * 1024
# The root of the tree of pages, or what a PDF made for the web says at its beginning.
_COUNT = re.compile(
    rb"/Type\s*/Pages\b[^<>]{0,2000}?/Count\s+(\d{1,5})\b|/Count\s+(\d{1,5})\b[^<>]{0,2000}?/Type\s*/Pages\b"
)
_FOR_THE_WEB = re.compile(rb"/Linearized\b[^<>]{0,300}?/N\s+(\d{1,5})\b")


def pages_of(content: bytes) -> int | None:
    """The number of pages; None when the file packs it away."""
    for_the_web = _FOR_THE_WEB.search(content, 0, 2048)
    if for_the_web:
        return int(for_the_web[1])
    ends = content if len(content) <= 2 * _NEAR else content[:_NEAR] + content[-_NEAR:]
    return max((int(found[1] or found[2]) for found in _COUNT.finditer(ends)), default=0) or None
