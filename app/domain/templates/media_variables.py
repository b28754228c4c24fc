"""Variables that stand for a file: they end the address of a template's media."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.templates import types

# WhatsApp fixes the kind of a template's file when it approves it; these are all that it takes.
_KINDS = {
    ".pdf": ("application/pdf",),
    ".mp4": ("video/mp4",),
    ".jpg": ("image/jpeg", "image/png"),
    ".jpeg": ("image/jpeg", "image/png"),
    ".png": ("image/jpeg", "image/png"),
}
ALL_KINDS = tuple(dict.fromkeys(kind for kinds in _KINDS.values() for kind in kinds))


def prefixes(content_types: Mapping[str, Any]) -> dict[str, str]:
    """What stands before each such variable, by its name."""
    content = types.content_of(content_types, types.richest(content_types))
    media = content.get("media") or content.get("media_url") or []
    found = {}
    for url in [media] if isinstance(media, str) else media:
        match = types.PLACEHOLDER.search(str(url))
        if match and match.end() == len(str(url)):
            found[match[1]] = str(url)[: match.start()]
    return found


def kinds(sample: str) -> tuple[str, ...]:
    """The content types that fit the sample with which the template was approved."""
    return next((fit for ending, fit in _KINDS.items() if sample.lower().endswith(ending)), ALL_KINDS)
