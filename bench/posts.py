"""Genuine webhooks as the bytes of whole HTTP requests, made before anything is measured."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from simulator import forms
from simulator.signing import encode, signed_headers

_WORDS = (
    "hello", "order", "when", "delivery", "thanks", "Thursday", "invoice", "please", "möchte", "número",
    "address", "change", "tomorrow", "ready", "repair", "question",
)  # fmt: skip


@dataclass
class Writer:
    """Makes webhooks of one account. Every inbound form has a SID of its own; contacts take turns.

    `base_url` is what is signed over, PUBLIC_BASE_URL. `inbound` and `status` return `Posted`.
    """

    account_sid: str
    auth_token: str
    base_url: str
    sender: str
    contacts: int = 2000
    seed: int = 1
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self._line = forms.Line(self.account_sid, self.sender)
        self._random = random.Random(self.seed)

    def inbound(self, body: str = "", contact: int | None = None) -> Posted:
        """A customer's text message; without `body`, some words."""
        number = next(self._numbers)
        contact = number % self.contacts if contact is None else contact
        text = body or " ".join(self._random.choices(_WORDS, k=9))
        sid = f"SM{self.seed:08x}{number:024x}"
        written = forms.Inbound(
            sender=f"whatsapp:+1415{2000000 + contact:07d}",
            body=text,
            profile_name=f"Customer {contact}",
            sid=sid,
        )
        return self._posted("/twilio/inbound", sid, forms.inbound(self._line, written), f"inbound:{sid}")

    def status(self, sid: str, to: str, word: str) -> Posted:
        """A status callback for the message `sid` to `to`."""
        form = forms.status(self._line, sid, to, word)
        return self._posted("/twilio/status", sid, form, f"status:{sid}:{word}:")

    def _posted(self, path: str, sid: str, form: dict[str, str], key: str) -> Posted:
        body = encode(form)
        headers = signed_headers(f"{self.base_url}{path}", form, self.auth_token, f"{self.seed}-{sid}")
        headers |= {"Host": "127.0.0.1", "Content-Length": str(len(body))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return Posted(key, f"POST {path} HTTP/1.1\r\n{lines}\r\n".encode() + body)


@dataclass(frozen=True, slots=True)
class Posted:
    """One webhook: the key under which the journal keeps it, and the request's bytes."""

    key: str
    request: bytes
