"""`GET /live`: the stream of one browser; `GET /live/poll`: the same for a console that finds no place."""

from __future__ import annotations

import json
from collections.abc import Iterator

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
from app.web.live.frames import TOPICS, Frame, Renderer
from app.web.live.hub import Full, Hub, Subscriber
from app.web.shell.current_user import actor, logged_in
from app.web.shell.services import Services, services

blueprint = Blueprint("live", __name__)

HEARTBEAT_SECONDS = 15.0
# Threads that streams leave to everything else, webhooks first.
THREADS_KEPT_FREE = 32
# How soon a console beyond the cap asks for a stream again; meanwhile it polls.
RETRY_SECONDS = "30"
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Live:
    """The live machinery of one web process."""

    def __init__(self, app: Flask, held: Services) -> None:
        self.hub = Hub(most=max(8, held.settings.web_threads - THREADS_KEPT_FREE))
        self._database = held.database
        self._account_sid = held.settings.twilio_account_sid
        self.renderer = Renderer(app, held.database, self._account_sid)
        self.follow = FeedReader(held.database, self._account_sid, held.settings.session_idle, self.hub, self.renderer)

    def close(self) -> None:
        """End all streams; called on SIGTERM."""
        self.hub.close()
        self.follow.close()

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
    subscription = live.hub.subscribe(topics, held.session_id)
    try:
        subscriber = subscription.__enter__()
    except Full:
        metrics.LIVE_REFUSED.inc()
        return Response("Too many live consoles here.", 503, {"Retry-After": RETRY_SECONDS}, content_type="text/plain")
    answer = Response(_events(live, subscriber, position), content_type="text/event-stream", headers=_HEADERS)
    answer.call_on_close(lambda: subscription.__exit__(None, None, None))
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


def _events(live: Live, subscriber: Subscriber, position: Position | None) -> Iterator[bytes]:
    """The frames of a stream: what was missed up to the newest, then each as it comes."""
    live.follow.ensure()
    seen, here_now = live.hub.latest()
    yield b"retry: 1000\n\n"
    yield _caught_up(live, position, here_now, subscriber.topics)
    if present := live.presence(subscriber.topics):
        yield Frame(here_now, present).of(subscriber.topics)
    while came := live.hub.wait(subscriber, seen, HEARTBEAT_SECONDS):
        if came.frame is not None:
            yield came.frame.of(subscriber.topics)
        elif came.gap:
            yield _caught_up(live, here_now, came.position, subscriber.topics)
        else:
            yield _reload(came.position) if came.behind else b": still here\n\n"
        seen, here_now = came.number, came.position


def _caught_up(live: Live, position: Position | None, until: Position, topics: frozenset[str]) -> bytes:
    frame = live.missed(position, until, topics)
    return _reload(until) if frame is None else frame.of(topics)


def _reload(until: Position) -> bytes:
    """What tells a console that it can't be told all that it missed."""
    there = cursor.written(until)
    return f"event: reload\ndata: {json.dumps(there)}\nid: {there}\n\n".encode()
