"""The stand-in for Twilio, as the fault runs turn it and read its record."""

from __future__ import annotations

import json
import urllib.request
from typing import Any

USUAL = {
    "latency_ms": 0,
    "callbacks": "in_order",
    "inbound_rules": "",
    "sent_after": 0.15,
    "delivered_after": 0.35,
    "read_after": 1.0,
    # Most customers write past the stand-in here.
    "window": "open",
}
_SECONDS = 60.0
_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))

# Twilio's transport rules that a well set up webhook has (docs/operating.md): repeated at once, five times at most.
REPEATED = "rc=5&rp=5xx,ct,rt"
NEVER_REPEATED = "rc=0&rp=ct"


class StandIn:
    """The control API at `url`."""

    def __init__(self, url: str) -> None:
        self._url = url

    def settings(self, **values: Any) -> None:
        """Change settings."""
        self._post("settings", values)

    def misbehave(self, operation: str, behaviour: str, times: int = 1, **more: Any) -> None:
        """Queue a behaviour for the next `times` calls of an operation (-1: until `behave`)."""
        self._post("next", {"operation": operation, "behaviour": behaviour, "times": times, **more})

    def behave(self) -> None:
        """Drop all behaviours that wait."""
        request = urllib.request.Request(f"{self._url}/control/next", method="DELETE")
        with _direct.open(request, timeout=_SECONDS):
            pass

    def customer_writes(self, sender: str, body: str = "", **more: Any) -> dict[str, Any]:
        """A customer writes; returns `sid`, `form`, and `answer` (status, tries) unless `post` is False."""
        told: dict[str, Any] = self._post("inbound", {"from": sender, "body": body, **more})
        return told

    def record(self) -> list[dict[str, Any]]:
        """Every create that was accepted: sid, at, params."""
        found: list[dict[str, Any]] = self._get("record")
        return found

    def webhooks(self) -> list[dict[str, Any]]:
        """Every webhook that was posted: url, sid, status, error_code, answer."""
        found: list[dict[str, Any]] = self._get("webhooks")
        return found

    def _get(self, path: str) -> Any:
        with _direct.open(f"{self._url}/control/{path}", timeout=_SECONDS) as answer:
            return json.load(answer)

    def _post(self, path: str, values: dict[str, Any]) -> Any:
        request = urllib.request.Request(
            f"{self._url}/control/{path}", json.dumps(values).encode(), {"Content-Type": "application/json"}
        )
        with _direct.open(request, timeout=_SECONDS) as answer:
            return json.load(answer)
