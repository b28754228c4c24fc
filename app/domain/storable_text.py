"""Text that both databases can keep: PostgreSQL refuses NUL, and neither encodes a lone surrogate."""

from __future__ import annotations

import re

_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text with what can't be kept shown as the replacement sign."""
    return _NOT_STORABLE.sub("\ufffd", text)
