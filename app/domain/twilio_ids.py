"""The shapes of what people type to name something at Twilio, or a file."""

from __future__ import annotations

import re

MESSAGING_SERVICE_SID = re.compile(r"MG[0-9a-f]{32}")
CONTENT_SID = re.compile(r"HX[0-9a-f]{32}")
FILE_URL = re.compile(r"https?://[^\s/]+(/\S*)?")
