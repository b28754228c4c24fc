"""What a search found in a message: the words around it, in one line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from app.store.tables import Message

BEFORE, LENGTH = 14, 140


@dataclass(frozen=True)
class HitView:
    """The message and its words before, in and after what was searched for."""

    message_id: int
    at: datetime
    by_us: bool
    before: str
    words: str
    after: str


def hit_view(message: Message, query: str) -> HitView:
    """The message as the place where `query` was found."""
    said = " ".join(message.body.split())
    place = re.search(re.escape(query), said, re.IGNORECASE)
    start, end = place.span() if place else (0, 0)
    begin = _word_before(said, start)
    return HitView(
        message_id=message.id or 0,
        at=message.occurred_at,
        by_us=message.direction == "outbound",
        before=("…" if begin else "") + said[begin:start],
        words=said[start:end],
        after=said[end : begin + LENGTH],
    )


def _word_before(said: str, start: int) -> int:
    """Where the line begins, so that what was found is in sight."""
    if start <= BEFORE:
        return 0
    space = said.find(" ", start - BEFORE, start)
    return space + 1 if space >= 0 else start - BEFORE
