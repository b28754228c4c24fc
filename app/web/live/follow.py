"""The thread that follows the feed for this process, and makes frames within a budget."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from datetime import timedelta

import structlog

from app import fault_points
from app.domain.agents import sessions
from app.domain.clock import now
from app.store import presence
from app.store.database import Database
from app.store.errors import DatabaseUnavailable
from app.store.feed import positions
from app.store.feed.notifications import changes_of
from app.store.feed.positions import Position, Read
from app.store.presence import Present
from app.web.live.frames import Frame, Renderer
from app.web.live.hub import Hub
from app.web.live.sender import Sender

log = structlog.get_logger()

# A frame is followed by a pause of four times what it took to make and to send, within these bounds: frames take a
# fifth of one processor at most, however much happens. What counts is the two threads' own processor time. Time on the
# clock would count the others' work too, and slow consoles down by what isn't theirs.
PAUSE_FOR_EACH_SECOND = 4.0
LEAST_PAUSE_SECONDS, MOST_PAUSE_SECONDS = 0.05, 0.5
# Nobody reads a hundred lines a second: when so many come, they come together, four times a second.
PAUSE_FOR_EACH_EVENT, MOST_PAUSE_FOR_EVENTS = 0.01, 0.25
SESSIONS_SECONDS = 2.0
# Who is where is looked up at most so often, however much goes on.
PRESENCE_SECONDS = 0.25
_TROUBLE_SECONDS = 0.5
# Above this many events a console that was away is told to reload instead. A frame is made of no more.
MOST_EVENTS = 1000


def pause_after(spent: float, events: int) -> float:
    """How long after a frame the next one may begin, by the seconds that it took and the events it was made of."""
    for_events = min(MOST_PAUSE_FOR_EVENTS, PAUSE_FOR_EACH_EVENT * events)
    return min(MOST_PAUSE_SECONDS, max(LEAST_PAUSE_SECONDS, PAUSE_FOR_EACH_SECOND * spent, for_events))


class FeedReader:
    """Follows one account's feed from the first stream on, until the process ends."""

    def __init__(
        self, database: Database, account_sid: str, idle: timedelta, hub: Hub, renderer: Renderer, sender: Sender
    ) -> None:
        self._database = database
        self._idle = idle
        self._account_sid = account_sid
        self._hub = hub
        self._renderer = renderer
        self._sender = sender
        self._position = Position()
        self._started = threading.Lock()
        self._running = False
        self._ended = threading.Event()
        self._sessions_seen = 0.0
        self._presence_seen = 0.0
        self._presence_due = False
        self._present: Sequence[Present] = []

    def ensure(self) -> None:
        """Begin to follow, once. When it returns, everything that commits from now on will be published."""
        with self._started:
            if not self._running:
                self._position = self._database.read(lambda session: positions.newest(session, self._account_sid))
                self._hub.begin(self._position)
                threading.Thread(target=self._run, name="live", daemon=True).start()
                self._running = True

    def close(self) -> None:
        """Follow no more."""
        self._ended.set()

    def _run(self) -> None:
        changes = changes_of(self._database)
        failed = False
        while not self._ended.is_set():
            try:
                # What was noticed before something failed is not noticed a second time.
                if failed or changes.wait(PRESENCE_SECONDS if self._presence_due else SESSIONS_SECONDS):
                    failed = True
                    self._publish_new()
                    failed = False
                self._publish_presence()
                self._end_streams_of_ended_sessions()
            except DatabaseUnavailable as error:
                log.warning("live.waits_for_the_database", error=str(error))
                self._ended.wait(_TROUBLE_SECONDS)
            except Exception:
                log.exception("live.failed")
                self._ended.wait(_TROUBLE_SECONDS)
        changes.close()

    def _publish_new(self) -> None:
        while not self._ended.is_set():
            began, sent = time.thread_time(), self._sender.spent
            read = self._new()
            if not read.events:
                self._position = read.position
                return
            fault_points.reach(fault_points.BEFORE_FRAME)
            # Once more when somebody began meanwhile to follow what nobody did.
            while not self._hub.publish(self._renderer.frame(read, self._hub.topics())):
                pass
            # Not before: a frame that failed is made again.
            self._position = read.position
            # Here too: under a steady load there is always a next frame.
            self._publish_presence()
            self._end_streams_of_ended_sessions()
            self._pause(len(read.events), began, sent)

    def _pause(self, events: int, began: float, sent: float) -> None:
        """Wait as long as a frame asks for that was begun at these thread times, of this thread and the sender's."""
        self._ended.wait(LEAST_PAUSE_SECONDS)
        # By now it has been sent as well.
        spent = time.thread_time() - began + self._sender.spent - sent
        self._ended.wait(pause_after(spent, events) - LEAST_PAUSE_SECONDS)

    def _new(self) -> Read:
        return self._database.read(
            lambda session: positions.after(session, self._account_sid, self._position, MOST_EVENTS)
        )

    def _publish_presence(self) -> None:
        followed = "presence" in self._hub.topics()
        self._presence_due = followed and time.monotonic() - self._presence_seen < PRESENCE_SECONDS
        if not followed or self._presence_due:
            return
        self._presence_seen = time.monotonic()
        there = self._database.read(lambda session: presence.present(session, self._account_sid, now()))
        if there != self._present:
            self._present = there
            self._hub.publish(Frame(self._position, {"presence": self._renderer.presence(there)}))

    def _end_streams_of_ended_sessions(self) -> None:
        if time.monotonic() - self._sessions_seen < SESSIONS_SECONDS:
            return
        self._sessions_seen = time.monotonic()
        open_ones = self._hub.session_ids()
        if open_ones:
            holding = self._database.read(
                lambda session: sessions.holding(session, self._account_sid, open_ones, now(), self._idle)
            )
            self._hub.end_sessions(open_ones - holding)
