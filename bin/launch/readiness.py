"""Asks a running web process whether it is ready."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

_direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def why_not_ready(port: str, bound_to: str = "") -> str:
    """'' when /healthz on `port` answers 200, else what it says or why it can't be asked.

    It is asked at the address that it is bound to: loopback, unless that is one address of the machine.
    """
    host = "127.0.0.1" if bound_to in ("", "0.0.0.0", "::") else bound_to
    try:
        with _direct.open(f"http://{f'[{host}]' if ':' in host else host}:{port}/healthz", timeout=5):
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
