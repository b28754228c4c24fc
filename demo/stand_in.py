"""Tell the stand-in for Twilio what it did not see: who of the sample's customers wrote lately, and its templates."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import datetime, timedelta

from app.domain.contacts.session_window import WINDOW
from demo import templates
from demo.story import Said

# It may still be starting.
PATIENCE = timedelta(seconds=20)
_EVERY_SECONDS = 0.1
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def tell(url: str, sender: str, told: Sequence[Said], until: datetime) -> None:
    """Open the windows at the stand-in that are open here, and let it know the templates. Raises OSError."""
    deadline = time.monotonic() + PATIENCE.total_seconds()
    last_inbound = {said.customer.address: said.at for said in told if said.line.inbound}
    for address, at in last_inbound.items():
        if at > until - WINDOW:
            _post(f"{url}/control/windows", deadline, customers=[address], sender=sender, at=at.isoformat())
    for made in templates.all_of(told):
        _post(
            f"{url}/control/templates",
            deadline,
            sid=made.sid,
            types=made.types,
            friendly_name=made.name,
            language=made.language,
            variables=made.samples,
            status=made.status,
            category=made.category,
            rejection_reason=made.reason,
        )


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
