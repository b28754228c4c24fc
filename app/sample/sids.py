"""Twilio's identifiers for the sample: the same for the same account, so that a story told twice is one story."""

from __future__ import annotations

import hashlib


def sid(prefix: str, *parts: object) -> str:
    """Two letters and 32 hexadecimal digits."""
    return prefix + digest(*parts)


def digest(*parts: object) -> str:
    """32 hexadecimal digits."""
    return hashlib.md5(repr(parts).encode(), usedforsecurity=False).hexdigest()
