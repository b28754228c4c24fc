"""Text that both databases can keep: PostgreSQL refuses NUL, and neither encodes a lone surrogate."""

from __future__ import annotations

import re

_UNSAYABLE = re.compile("[\x00\ud800-\udfff]")


def sayable(text: str) -> str:
    """The text with what can't be kept shown as the replacement sign."""
    return _UNSAYABLE.sub("\ufffd", text)
