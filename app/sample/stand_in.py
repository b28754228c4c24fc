"""Tell the stand-in for Twilio what it did not see: who of the sample's customers wrote lately, and its templates."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import timedelta

from app.domain.contacts.session_window import WINDOW
from app.sample.entries import Entry, Ours
from app.sample.sids import sid

# It may still be starting.
PATIENCE = timedelta(seconds=20)
_EVERY_SECONDS = 0.1
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def tell(url: str, ours: Ours, told: Sequence[Entry]) -> None:
    """Open the windows at the stand-in that are open here, and let it know the templates. Raises OSError."""
    deadline = time.monotonic() + PATIENCE.total_seconds()
    heard = {entry.said.customer.address: entry.said.at for entry in told if entry.webhook is not None}
    for address, at in heard.items():
        if at > ours.at - WINDOW:
            _post(f"{url}/control/windows", deadline, customers=[address], sender=ours.sender, at=at.isoformat())
    for content_sid, text in _templates(told).items():
        _post(f"{url}/control/templates", deadline, sid=content_sid, text=text)


def _templates(told: Sequence[Entry]) -> dict[str, str]:
    """The texts by Content SID; the customer's name is the first variable."""
    return {
        sid("HX", entry.said.line.text): entry.said.text.replace(entry.said.customer.first, "{{1}}")
        for entry in told
        if "template" in entry.said.tags
    }


def _post(url: str, deadline: float, **asked: object) -> None:
    request = urllib.request.Request(url, json.dumps(asked).encode(), {"Content-Type": "application/json"})
    while True:
        try:
            with _direct.open(request, timeout=5):
                return
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_EVERY_SECONDS)
