"""A signed webhook, before anybody made sense of it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Literal

from app.domain.contacts import addresses
from app.domain.redaction import forms as redaction
from app.domain.storable_text import storable

WebhookKind = Literal["inbound", "status"]
Pairs = tuple[tuple[str, str], ...]

# SM… or MM… (messages with media), 32 hexadecimal digits.
SID = re.compile(r"(SM|MM)[0-9a-f]{32}")
_STATUS_PATH = re.compile(r"/twilio/status/([0-9]{1,18})/([0-9]{1,18})")


class NotUnderstood(Exception):
    """The form is signed, but can't be applied; `reason` is the code shown with it in quarantine."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Webhook:
    """One webhook: the raw pairs in their order, and when and how they came; what REDACT names is gone from them.

    `occurred_at` is when it happened: receipt, for a form has no time of its own.
    """

    account_sid: str
    kind: WebhookKind
    pairs: Pairs
    path: str
    occurred_at: datetime
    source: str = "request"
    request_id: str = ""
    idempotency_token: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "pairs", redaction.pairs(self.pairs))

    @cached_property
    def fields(self) -> dict[str, str]:
        """Field values by name, as both databases can keep them.

        A bare number in From or To is WhatsApp's where the other of the two is.
        """
        found = {name: storable(value) for name, value in self.pairs}
        if "From" in found and "To" in found:
            found["From"], found["To"] = addresses.of_one_channel(found["From"], found["To"])
        return found

    def value(self, name: str) -> str:
        """The field's value, '' when it is absent."""
        return self.fields.get(name, "")

    @cached_property
    def sid(self) -> str:
        """The message's SID when it has the shape of one, else ''."""
        value = self.value("MessageSid")
        return value if SID.fullmatch(value) else ""

    @property
    def status(self) -> str:
        """The status told, by either of its names."""
        return self.value("MessageStatus") or self.value("SmsStatus")

    @property
    def answered_attempt(self) -> tuple[int, int] | None:
        """Our own (message, attempt) out of the callback's path, or None for a bare callback."""
        match = _STATUS_PATH.fullmatch(self.path)
        return (int(match[1]), int(match[2])) if match else None

    @property
    def key(self) -> str:
        """The key that makes a repeated webhook a repeat, for ever: Twilio's own words carry no time and no nonce."""
        if self.sid and self.kind == "inbound":
            # A webhook that comes after all still brings the fields that a pull lacks.
            return f"pulled:{self.sid}" if self.source == "pull" else f"inbound:{self.sid}"
        if self.sid and self.status and len(self.status) <= 40:
            attempt = self.answered_attempt
            told = f"status:{self.sid}:{self.status}:{self.value('ErrorCode')[:20]}"
            return f"{told}:{attempt[0]}.{attempt[1]}" if attempt else told
        # Every key begins with kind and SID, where there is one: rows are found by it (app/store/journal/rows.py).
        return ":".join(filter(None, (self.kind, self.sid, _digest(self.path, self.pairs))))


def _digest(path: str, pairs: Pairs) -> str:
    return hashlib.sha256(repr((path, sorted(pairs))).encode("utf-8", "backslashreplace")).hexdigest()
