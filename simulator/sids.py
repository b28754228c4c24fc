"""Twilio's identifiers: two letters and 32 hex digits."""

from __future__ import annotations

import os


def new(prefix: str) -> str:
    """A fresh SID, such as `SM` and 32 hex digits."""
    return prefix + os.urandom(16).hex()


def for_message(num_media: int) -> str:
    """MM where the message carries media, SM where it doesn't."""
    return new("MM" if num_media else "SM")
