"""WhatsApp's review of what is submitted: received, then pending, then approved, moved or rejected."""

from __future__ import annotations

import re
from collections.abc import Callable

from simulator.clockwork import Clockwork
from simulator.content_parts import richest, shown
from simulator.contents import Content, Contents
from simulator.knobs import Knobs

_SLOT = re.compile(r"{{ *(\w+) *}}")
_ADVERTISES = re.compile(r"\d ?% off|discount|\bsale\b|special offer|voucher", re.IGNORECASE)


class Review:
    """Takes submitted contents through their approval, by the stand-in's clock."""

    def __init__(self, contents: Contents, clockwork: Clockwork, knobs: Callable[[], Knobs]) -> None:
        self._contents = contents
        self._clockwork = clockwork
        self._knobs = knobs
        for content in contents.all():
            if content.status in ("received", "pending"):
                self.begin(content.sid)

    def begin(self, sid: str) -> None:
        """Look at a content that was submitted."""
        half = self._knobs().approval_after / 2
        self._clockwork.after(half, lambda: self._pend(sid, half))

    def later(self, sid: str, seconds: float, status: str) -> None:
        """Give a content this status in so many seconds: a pause ends."""
        self._clockwork.after(seconds, lambda: self._contents.approve(sid, status=status))

    def _pend(self, sid: str, half: float) -> None:
        if self._contents.approve(sid, status="pending"):
            self._clockwork.after(half, lambda: self._decide(sid))

    def _decide(self, sid: str) -> None:
        content = self._contents.get(sid)
        if content is None or content.approval is None or content.approval.status != "pending":
            return
        if reason := fault(content):
            self._contents.approve(sid, status="rejected", rejection_reason=reason)
        elif content.approval.category == "UTILITY" and _ADVERTISES.search(str(shown(content, {})["body"])):
            self._contents.approve(sid, status="approved", category="MARKETING")
        else:
            self._contents.approve(sid, status="approved")


def fault(content: Content) -> str:
    """Why WhatsApp rejects a content; '' where it takes it."""
    held = content.types.get(richest(content)) or {}
    body = str(held.get("body") or held.get("title") or "")
    slots = [match[1] for match in _SLOT.finditer(body)]
    numbers = sorted({int(slot) for slot in slots if slot.isdecimal()})
    if not all(slot.isdecimal() for slot in slots) or numbers != list(range(1, len(numbers) + 1)):
        return "INVALID_FORMAT: variables are whole numbers from 1 without a gap"
    text = body.strip()
    if text.startswith("{{") or text.endswith("}}"):
        return "INVALID_FORMAT: variables can't be at the start or at the end"
    if re.search(r"}}\s*{{", text):
        return "INVALID_FORMAT: variables can't be side by side"
    if slots and len(_SLOT.sub(" ", body).split()) < 2 * len(slots) + 1:
        return "INVALID_FORMAT: too many variables for the length of the text"
    if any(not content.variables.get(slot) for slot in slots):
        return "INVALID_FORMAT: samples are missing"
    return ""
