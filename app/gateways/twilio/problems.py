"""What an error of Twilio's says, in either of its shapes (docs/twilio.md#sending)."""

from __future__ import annotations

import json
from dataclasses import dataclass

from twilio.http.response import Response


@dataclass(frozen=True)
class Problem:
    """Twilio's code and its words; both '' where the answer is not Twilio's own, but of something in front of it."""

    code: str = ""
    words: str = ""


def problem_of(response: Response) -> Problem:
    """Read from the answer itself: the SDK puts the HTTP status where it finds no code."""
    try:
        said = json.loads(response.text)
    except (ValueError, TypeError, RecursionError):
        return Problem()
    if not isinstance(said, dict) or not _is_code(said.get("code")):
        return Problem()
    # The older shape has a message; RFC 9457's has a title, and mostly a detail.
    words = said.get("message") or ": ".join(str(said[name]) for name in ("title", "detail") if said.get(name))
    return Problem(str(said["code"]), str(words))


def _is_code(value: object) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, str) and value.isdecimal())
