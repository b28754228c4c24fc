"""Who follows in this process, and the frames they share."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from app import metrics
from app.store.feed.positions import Position
from app.web.live.frames import TOPICS, Frame

# A stream that is further behind than this is told to reload. It holds one of these frames at a time.
KEPT_FRAMES = 40


@dataclass(eq=False)
class Subscriber:
    """One open stream: what it follows, whose session it is, and whether it has to end."""

    topics: frozenset[str]
    session_id: int
    ended: bool = False


@dataclass(frozen=True)
class Next:
    """The next frame of a stream, with its number and position.

    Without a frame nothing came, or the stream is `behind` more than is kept. Then number and position are those of
    the newest frame.
    """

    number: int
    position: Position
    frame: Frame | None = None
    behind: bool = False


class Full(Exception):
    """This process holds as many streams as it may; the console polls instead."""


class Hub:
    """The frames of the last seconds in order, and the streams that follow them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._frames: deque[Frame] = deque(maxlen=KEPT_FRAMES)
        self._number = 0
        self._position = Position()
        self._lock = threading.RLock()
        self._subscribers: set[Subscriber] = set()
        self._closed = False
        self._on_change: Callable[[], None] = lambda: None

    def on_change(self, call: Callable[[], None]) -> None:
        """Call this whenever there is something new for streams: a frame, or that they have to end."""
        self._on_change = call

    def subscribe(self, topics: frozenset[str], session_id: int) -> Subscriber:
        """A place for one stream, until it is left. Raises Full when there is none, or when the process is ending."""
        subscriber = Subscriber(topics, session_id)
        with self._lock:
            if self._closed or len(self._subscribers) >= self._most:
                raise Full
            self._subscribers.add(subscriber)
            metrics.LIVE_STREAMS.inc()
        return subscriber

    def leave(self, subscriber: Subscriber) -> None:
        """The stream has ended, perhaps not for the first time."""
        with self._lock:
            if subscriber in self._subscribers:
                self._subscribers.remove(subscriber)
                metrics.LIVE_STREAMS.dec()

    @property
    def count(self) -> int:
        """The number of open streams."""
        return len(self._subscribers)

    def begin(self, position: Position) -> None:
        """Frames will begin after this position."""
        with self._lock:
            self._position = position

    def latest(self) -> tuple[int, Position]:
        """The number of the newest frame, and the position that who has it stands at."""
        with self._lock:
            return self._number, self._position

    def topics(self) -> frozenset[str]:
        """The topics that somebody follows."""
        with self._lock:
            wanted = frozenset[str]().union(*(subscriber.topics for subscriber in self._subscribers))
        return wanted & frozenset(TOPICS)

    def session_ids(self) -> set[int]:
        """The sessions whose streams are open."""
        with self._lock:
            return {subscriber.session_id for subscriber in self._subscribers}

    def publish(self, frame: Frame) -> bool:
        """Hand a frame to every stream. False when it was made without a topic that is followed by now."""
        with self._lock:
            if not self.topics() <= frame.topics:
                return False
            self._number += 1
            self._position = frame.position
            self._frames.append(frame)
        self._on_change()
        return True

    def end_sessions(self, session_ids: set[int]) -> None:
        """End the streams of sessions that don't hold any more."""
        with self._lock:
            over = [subscriber for subscriber in self._subscribers if subscriber.session_id in session_ids]
            for subscriber in over:
                subscriber.ended = True
        if over:
            self._on_change()

    def next(self, subscriber: Subscriber, seen: int) -> Next | None:
        """What comes after frame `seen`; None when the stream has to end."""
        with self._lock:
            if self._closed or subscriber.ended:
                return None
            waiting = self._number - seen
            if waiting > len(self._frames):
                return Next(self._number, self._position, behind=True)
            if not waiting:
                return Next(self._number, self._position)
            frame = self._frames[-waiting]
            return Next(seen + 1, frame.position, frame)

    @property
    def closed(self) -> bool:
        """Whether every stream has to end, and none may begin."""
        return self._closed

    def close(self) -> None:
        """End every stream and take no more: the process is about to end."""
        with self._lock:
            self._closed = True
        self._on_change()
