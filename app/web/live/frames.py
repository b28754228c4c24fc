"""A frame: what changed, rendered once for all consoles that follow the same."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flask import Flask

from app.store.conversations import inbox
from app.store.database import Database
from app.store.feed import lines as feed_lines
from app.store.feed.positions import Event, Position, Read
from app.store.presence import Present
from app.web.feed.line import MOST_LINES, render_lines
from app.web.inbox.row import render_rows
from app.web.live import concerns, cursor

# Rows of the inbox, lines of the feed, the names of what changed, for fragments that are asked for anew, and who has
# which conversation open.
TOPICS = ("inbox", "feed", "changes", "presence")
NEWLINE = "\n"
# A frame keeps so many rows of the inbox, those that changed last, and says how many more there are.
MOST_ROWS = 20


def chunk(data: bytes) -> bytes:
    """The data as a chunk of an HTTP answer of unknown length."""
    return b"%X\r\n%b\r\n" % (len(data), data)


def reload_event(until: Position) -> bytes:
    """What tells a console that it can't be told all that it missed."""
    there = cursor.written(until)
    return f"event: reload\ndata: {json.dumps(there)}\nid: {there}\n\n".encode()


@dataclass(frozen=True)
class Frame:
    """Rendered parts by topic, where a console stands that has them, and the topics that were looked at."""

    position: Position
    parts: dict[str, str]
    topics: frozenset[str] = frozenset(TOPICS)
    _encoded: dict[tuple[frozenset[str], bool], bytes] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )

    def of(self, topics: frozenset[str], *, chunked: bool = False) -> bytes:
        """The frame as server-sent events for these topics; the same bytes for everybody who asked for the same."""
        there = frozenset(topics & self.parts.keys()), chunked
        if there not in self._encoded:
            events = self._events(there[0])
            self._encoded[there] = chunk(events) if chunked else events
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

    def frame(self, read: Read, topics: frozenset[str]) -> Frame:
        """One frame for what was read; only topics that somebody follows are rendered.

        However much it was, a frame costs three statements and a rendering of what a screen holds.
        """
        events, parts = read.events, {}
        if "inbox" in topics:
            parts["inbox"] = self._rows(events)
        if "feed" in topics:
            parts["feed"] = self._lines(events)
        if "changes" in topics:
            parts["changes"] = " ".join(concerns.of_events(events))
        return Frame(read.position, {topic: part for topic, part in parts.items() if part}, topics)

    def presence(self, there: Sequence[Present]) -> str:
        """Who has which conversation open, all of it."""
        with self._app.app_context():
            return self._app.jinja_env.get_template("inbox/_presence.html").render(there=there)

    def _rows(self, events: Sequence[Event]) -> str:
        # The newest first.
        changed = list({event.conversation_id: None for event in reversed(events) if event.conversation_id})
        if not changed:
            return ""
        shown = changed[:MOST_ROWS]
        rows = self._database.read(lambda session: inbox.rows_by_ids(session, self._account_sid, shown))
        return render_rows(self._app, rows, left_out=changed[MOST_ROWS:])

    def _lines(self, events: Sequence[Event]) -> str:
        shown = events[-MOST_LINES:][::-1]
        lines = self._database.read(lambda session: feed_lines.lines(session, self._account_sid, shown))
        return render_lines(self._app, lines, left_out=[event.id for event in events[:-MOST_LINES]])
