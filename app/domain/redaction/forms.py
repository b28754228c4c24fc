"""A webhook's form without card numbers and one-time codes, as REDACT asks for it.

A process says once, when it starts, what is redacted. Every webhook is redacted when it is made of its form
(app/domain/webhooks/webhook.py), so that no door and no replay goes around it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from typing import Any

from app.domain.redaction import cards, codes

KINDS: dict[str, Callable[[str], str]] = {"cards": cards.redacted, "codes": codes.redacted}
# What is no text but names somebody or something; digits in it are no card's.
_NAMES = re.compile(
    r"AccountSid|\w*Sid|\w*Id|\w*Clid|\w*Url\d*|\w*ContentType\d*|From|To|OriginalRepliedMessageSender|Latitude|Longitude"
    r"|ButtonPayload|Num\w+|ReferralNumMedia|ApiVersion|\w*Status|ErrorCode|RawDlrDoneDate|timestamp|\w*_token|\w*_?id"
)

_redactions: tuple[Callable[[str], str], ...] = ()


def use(kinds: Collection[str]) -> None:
    """Redact these kinds from now on."""
    global _redactions
    wanted = {kind.strip() for kind in kinds}
    _redactions = tuple(redact for kind, redact in KINDS.items() if kind in wanted)


def text(value: str) -> str:
    """A text without what is redacted."""
    for redact in _redactions:
        value = redact(value)
    return value


def pairs(form: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """A form without what is redacted; the same object where there is nothing."""
    if not _redactions:
        return form
    return tuple((name, value if _NAMES.fullmatch(name) else _value(value)) for name, value in form)


def _value(value: str) -> str:
    if not value.lstrip().startswith(("{", "[")):
        return text(value)
    try:
        parsed = json.loads(value)
        redacted = _inside(parsed)
        return value if redacted == parsed else json.dumps(redacted)
    except (ValueError, RecursionError):
        return text(value)


def _inside(data: Any) -> Any:
    """JSON with its texts redacted; a number that is a card's becomes a text."""
    if isinstance(data, dict):
        return {text(name): value if _NAMES.fullmatch(name) else _inside(value) for name, value in data.items()}
    if isinstance(data, list):
        return [_inside(value) for value in data]
    if isinstance(data, str):
        # Flows hold JSON within JSON.
        return _value(data)
    if isinstance(data, int) and not isinstance(data, bool):
        said = text(str(data))
        return data if said == str(data) else said
    return data
