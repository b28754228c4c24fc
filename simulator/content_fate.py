"""What becomes of a content that is sent: its text, its files, and why WhatsApp fails it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from simulator.content_parts import BAD_VALUE, NEVER_FREE, WINDOW_ONLY, shown, values_of
from simulator.contents import Contents
from simulator.outgoing import is_loopback

_OF_STATUS = {"rejected": "63040", "paused": "63041", "disabled": "63042"}


@dataclass(frozen=True)
class ContentSend:
    """A content with the values of one create."""

    parts: dict[str, Any]
    status: str
    values: dict[str, str]

    @classmethod
    def of(cls, contents: Contents, one: Mapping[str, str]) -> ContentSend | None:
        """The content of a create; None of one without."""
        content = contents.get(one.get("ContentSid", ""))
        if content is None:
            return None
        values = values_of(one.get("ContentVariables", ""))
        return cls(shown(content, values), content.status, values)

    @property
    def body(self) -> str:
        """The text as the message's resource tells it."""
        return str(self.parts["body"])

    @property
    def files(self) -> list[str]:
        """The files that are fetched: those that are on this machine."""
        return [url for url in self.parts["media"] if is_loopback(urlsplit(url).hostname or "")][:1]

    def failure(self, *, window_open: bool) -> dict[str, str] | None:
        """What WhatsApp answers instead of delivering; None where it delivers."""
        if code := _OF_STATUS.get(self.status):
            return {"code": code, "word": "failed"}
        if any(BAD_VALUE.search(value) for value in self.values.values()):
            return {"code": "63013", "word": "failed"}
        kind = self.parts["kind"]
        free = window_open and kind not in NEVER_FREE
        if (kind in WINDOW_ONLY and not window_open) or (self.status != "approved" and not free):
            return {"code": "63016", "word": "undelivered"}
        return None
