"""Text that both databases can keep: PostgreSQL refuses NUL, and neither encodes a lone surrogate."""

from __future__ import annotations

import re

_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")
# Controls but for those that are spaces.
_CONTROLS = re.compile("[\x01-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")


def storable(text: str) -> str:
    """The text with what can't be kept shown as the replacement sign."""
    return _NOT_STORABLE.sub("\ufffd", text)


def one_line(text: str) -> str:
    """The text as a name is kept: storable, without controls, with single spaces between its words."""
    return " ".join(_CONTROLS.sub("", storable(text)).split())
