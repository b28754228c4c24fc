"""Asks a running web process whether it is ready."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def why_not_ready(port: str) -> str:
    """'' when /healthz on this machine's `port` answers 200, else what it says or why it can't be asked."""
    try:
        with _direct.open(f"http://127.0.0.1:{port}/healthz", timeout=5):
            return ""
    except urllib.error.HTTPError as answer:
        return f"/healthz answers {answer.code}: {_reason(answer.read())}"
    except OSError as error:
        return f"/healthz can't be asked: {error}"


def _reason(body: bytes) -> str:
    try:
        return json.dumps(json.loads(body))
    except ValueError:
        return body[:200].decode(errors="replace")
