"""A frame: what changed, rendered once for all consoles that follow the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flask import Flask

from app.domain.clock import now
from app.store.conversations import inbox
from app.store.database import Database, Session
from app.store.feed import lines as feed_lines
from app.store.feed.positions import Position, position_of
from app.store.presence import Present
from app.store.tables import FeedEvent
from app.web.feed.line import MOST_LINES, render_lines
from app.web.inbox.row import render_row
from app.web.live import concerns, cursor

# Rows of the inbox, lines of the feed, the names of what changed, for fragments that are asked for anew, and who has
# which conversation open.
TOPICS = ("inbox", "feed", "changes", "presence")
NEWLINE = "\n"


@dataclass(frozen=True)
class Frame:
    """Rendered parts by topic, where a console stands that has them, and the topics that were looked at."""

    position: Position
    parts: dict[str, str]
    topics: frozenset[str] = frozenset(TOPICS)
    _encoded: dict[frozenset[str], bytes] = field(default_factory=dict, init=False, compare=False, repr=False)

    def of(self, topics: frozenset[str]) -> bytes:
        """The frame as server-sent events for these topics; the same bytes for everybody who asked for the same."""
        there = frozenset(topics & self.parts.keys())
        # Two streams may encode the same at once; either's bytes will do.
        if there not in self._encoded:
            self._encoded[there] = self._events(there)
        return self._encoded[there]

    def _events(self, topics: Iterable[str]) -> bytes:
        events = [
            f"event: {topic}\ndata: {json.dumps(self.parts[topic], ensure_ascii=False)}\n" for topic in sorted(topics)
        ] or ["event: nothing\ndata:\n"]
        # The cursor comes with the last: a console that was cut off before it gets the whole frame again.
        return f"{NEWLINE.join(events)}id: {cursor.written(self.position)}\n\n".encode()


class Renderer:
    """Makes frames of events."""

    def __init__(self, app: Flask, database: Database, account_sid: str) -> None:
        self._app = app
        self._database = database
        self._account_sid = account_sid

    def frame(self, events: Sequence[FeedEvent], topics: frozenset[str]) -> Frame:
        """One frame for these events, oldest first; only topics that somebody follows are rendered."""
        parts = {}
        if "inbox" in topics:
            parts["inbox"] = self._rows(events)
        if "feed" in topics:
            parts["feed"] = self._lines(events)
        if "changes" in topics:
            parts["changes"] = " ".join(concerns.of_events(events))
        return Frame(position_of(events[-1]), {topic: part for topic, part in parts.items() if part}, topics)

    def presence(self, there: Sequence[Present]) -> str:
        """Who has which conversation open, all of it."""
        with self._app.app_context():
            return self._app.jinja_env.get_template("inbox/_presence.html").render(there=there)

    def _rows(self, events: Sequence[FeedEvent]) -> str:
        changed = list({event.conversation_id: None for event in events if event.conversation_id})
        if not changed:
            return ""
        rows = self._database.read(lambda session: inbox.rows_by_ids(session, self._account_sid, changed))
        at = now()
        return "".join(render_row(self._app, row, at) for row in rows)

    def _lines(self, events: Sequence[FeedEvent]) -> str:
        shown = list(events)[-MOST_LINES:][::-1]

        def read(session: Session) -> list[feed_lines.FeedLine]:
            return feed_lines.lines(session, self._account_sid, shown)

        return render_lines(self._app, self._database.read(read), left_out=len(events) - len(shown))
