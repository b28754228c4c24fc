"""`GET /live`: the stream of one browser; `GET /live/poll`: the same for a console that finds no place."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Protocol

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue

from app import metrics
from app.domain.access import require
from app.domain.clock import now
from app.store import presence
from app.store.feed import positions
from app.store.feed.positions import Position
from app.web.live import cursor, page
from app.web.live.follow import MOST_EVENTS, FeedReader
from app.web.live.frames import TOPICS, Frame, Renderer, reload_event
from app.web.live.hub import Full, Hub, Subscriber
from app.web.live.outlet import Outlet
from app.web.live.sender import Sender
from app.web.shell.current_user import actor, logged_in
from app.web.shell.services import Services, services

blueprint = Blueprint("live", __name__)

# More streams than this in one process, and a frame takes longer to send than to make.
MOST_STREAMS = 400
# How soon a console beyond the cap asks for a stream again; meanwhile it polls.
RETRY_SECONDS = "30"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Live:
    """The live machinery of one web process."""

    def __init__(self, app: Flask, held: Services) -> None:
        self.hub = Hub(MOST_STREAMS)
        self.sender = Sender(self.hub)
        self._database = held.database
        self._account_sid = held.settings.twilio_account_sid
        self.renderer = Renderer(app, held.database, self._account_sid)
        idle = held.settings.session_idle
        self.follow = FeedReader(held.database, self._account_sid, idle, self.hub, self.renderer, self.sender)

    def close(self) -> None:
        """End all streams; called on SIGTERM."""
        self.hub.close()
        self.follow.close()
        self.sender.close()

    def missed(self, position: Position | None, until: Position, topics: frozenset[str]) -> Frame | None:
        """The events after `position` up to `until` as one frame, an empty one for nothing.

        None when that can't be told: too much, or a position that this database never had (one put back from a copy).
        """
        if position is None or (position.is_beyond(until) and position.is_beyond(self.newest())):
            return None
        if position == until:
            return Frame(until, {})
        read = self._database.read(
            lambda session: positions.after(session, self._account_sid, position, MOST_EVENTS + 1, until)
        )
        if len(read.events) > MOST_EVENTS:
            return None
        return self.renderer.frame(read, topics) if read.events else Frame(until, {})

    def presence(self, topics: frozenset[str]) -> dict[str, str]:
        """Who is where, for those who follow it. It has no history: whoever asks is told all of it."""
        if "presence" not in topics:
            return {}
        there = self._database.read(lambda session: presence.present(session, self._account_sid, now()))
        return {"presence": self.renderer.presence(there)}

    def newest(self) -> Position:
        """The newest position of the feed."""
        return self._database.read(lambda session: positions.newest(session, self._account_sid))


def install(app: Flask) -> None:
    """Give the application its live machinery; nothing runs before the first stream."""
    app.extensions["live"] = Live(app, services(app))
    page.install(app)


@blueprint.get("/live")
def stream() -> ResponseReturnValue:
    """Server-sent events for `topics`, from the cursor in Last-Event-ID or `after` on."""
    live, topics, position = _asked()
    held = logged_in()
    assert held is not None
    try:
        connection = _connection()
        subscriber = live.hub.subscribe(topics, held.session_id)
    except Full:
        metrics.LIVE_REFUSED.inc()
        return Response("Too many live consoles here.", 503, {"Retry-After": RETRY_SECONDS}, content_type="text/plain")
    beginning = Beginning(live, subscriber, position, connection, chunked=_is_chunked())
    answer = Response(beginning.run(), content_type="text/event-stream", headers=_HEADERS)
    answer.call_on_close(beginning.close)
    return answer


@blueprint.get("/live/poll")
def poll() -> Response:
    """All events after the cursor, at once: `{cursor, <topic>: part, …}`, or `{reload: true, cursor}`."""
    live, topics, position = _asked()
    newest = live.newest()
    frame = live.missed(position, newest, topics)
    if frame is None:
        return jsonify({"reload": True, "cursor": cursor.written(newest)})
    return jsonify({"cursor": cursor.written(frame.position), **frame.parts, **live.presence(topics)})


def _asked() -> tuple[Live, frozenset[str], Position | None]:
    require(actor(), "feed.read")
    topics = frozenset(request.args.get("topics", "").split(",")) & frozenset(TOPICS)
    given = request.headers.get("Last-Event-ID") or request.args.get("after", "")
    return here(), topics, cursor.read(given)


def here() -> Live:
    """The live machinery of this process."""
    found: Live = current_app.extensions["live"]
    return found


class Connection(Protocol):
    """What a server has to give of a client's connection, so that a stream needs no thread (server/sockets.py)."""

    def hand_over(self) -> socket.socket: ...


def _connection() -> Connection:
    """This request's connection. Raises Full when the server keeps its connections to itself."""
    for name in ("gunicorn.socket", "werkzeug.socket"):
        if hasattr(request.environ.get(name), "hand_over"):
            found: Connection = request.environ[name]
            return found
    raise Full


def _is_chunked() -> bool:
    # As the server decides it, which sends the head.
    return bool(request.environ.get("SERVER_PROTOCOL") == "HTTP/1.1")


class Beginning:
    """How a stream begins: the server sends its head, and what was missed goes out with the connection's new owner."""

    def __init__(
        self, live: Live, subscriber: Subscriber, position: Position | None, connection: Connection, *, chunked: bool
    ) -> None:
        self._live = live
        self._subscriber = subscriber
        self._position = position
        self._connection = connection
        self._chunked = chunked
        self._handed_over = False

    def run(self) -> Iterator[bytes]:
        """What the server sends. Asked for more, it has lost the connection to the sender."""
        live, topics = self._live, self._subscriber.topics
        live.follow.ensure()
        seen, here_now = live.hub.latest()
        yield b"retry: 1000\n\n"
        frame = live.missed(self._position, here_now, topics)
        first = reload_event(here_now) if frame is None else frame.of(topics)
        if present := live.presence(topics):
            first += Frame(here_now, present).of(topics)
        outlet = Outlet(self._connection.hand_over(), self._subscriber, seen, chunked=self._chunked)
        self._handed_over = True
        outlet.put(first)
        live.sender.take(outlet)

    def close(self) -> None:
        """The server is done with the answer; without an end of the stream it gives its place back."""
        if not self._handed_over:
            self._live.hub.leave(self._subscriber)
