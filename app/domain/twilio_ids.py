"""The shapes of what people type to name something at Twilio, or a file."""

from __future__ import annotations

import re

from app.urls import split

MESSAGING_SERVICE_SID = re.compile(r"MG[0-9a-f]{32}")
CONTENT_SID = re.compile(r"HX[0-9a-f]{32}")
_FILE_URL = re.compile(r"https?://[^\s/]+(/\S*)?")


def is_file_url(text: str) -> bool:
    """True for a whole web address."""
    return bool(_FILE_URL.fullmatch(text)) and split(text) is not None
