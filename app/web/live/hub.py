"""Who follows in this process, and the frames they share."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
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
class Arrived:
    """The next frame of a stream, with its number and position.

    Without a frame nothing came; or the stream is `behind` more than is kept; or the frame leaves a `gap`, for it was
    made without what the stream follows. Then number and position are those of the newest frame.
    """

    number: int
    position: Position
    frame: Frame | None = None
    behind: bool = False
    gap: bool = False


class Full(Exception):
    """This process holds as many streams as it may; the console polls instead."""


class Hub:
    """The frames of the last seconds in order, and the streams that wait for the next one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._frames: deque[Frame] = deque(maxlen=KEPT_FRAMES)
        self._number = 0
        self._position = Position()
        self._changed = threading.Condition()
        self._subscribers: set[Subscriber] = set()
        self._closed = False

    @contextmanager
    def subscribe(self, topics: frozenset[str], session_id: int) -> Iterator[Subscriber]:
        """A place for one stream. Raises Full when there is none, or when the process is ending."""
        subscriber = Subscriber(topics, session_id)
        with self._changed:
            if self._closed or len(self._subscribers) >= self._most:
                raise Full
            self._subscribers.add(subscriber)
            metrics.LIVE_STREAMS.inc()
        try:
            yield subscriber
        finally:
            with self._changed:
                self._subscribers.discard(subscriber)
                metrics.LIVE_STREAMS.dec()

    @property
    def count(self) -> int:
        """The number of open streams."""
        return len(self._subscribers)

    def begin(self, position: Position) -> None:
        """Frames will begin after this position."""
        with self._changed:
            self._position = position

    def latest(self) -> tuple[int, Position]:
        """The number of the newest frame, and the position that who has it stands at."""
        with self._changed:
            return self._number, self._position

    def topics(self) -> frozenset[str]:
        """The topics that somebody follows."""
        with self._changed:
            wanted = Counter(topic for subscriber in self._subscribers for topic in subscriber.topics)
        return frozenset(topic for topic in TOPICS if wanted[topic])

    def session_ids(self) -> set[int]:
        """The sessions whose streams are open."""
        with self._changed:
            return {subscriber.session_id for subscriber in self._subscribers}

    def publish(self, frame: Frame) -> None:
        """Hand a frame to every stream."""
        with self._changed:
            self._number += 1
            self._position = frame.position
            self._frames.append(frame)
            self._changed.notify_all()

    def end_sessions(self, session_ids: set[int]) -> None:
        """End the streams of sessions that don't hold any more."""
        with self._changed:
            for subscriber in self._subscribers:
                subscriber.ended = subscriber.ended or subscriber.session_id in session_ids
            self._changed.notify_all()

    def wait(self, subscriber: Subscriber, seen: int, seconds: float) -> Arrived | None:
        """What comes after frame `seen`, or after `seconds`; None when the stream has to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._over(subscriber) or self._number > seen, seconds)
            if self._over(subscriber):
                return None
            waiting = self._number - seen
            if waiting > len(self._frames):
                return Arrived(self._number, self._position, behind=True)
            frame = self._frames[-waiting] if waiting else None
            if frame is None or not subscriber.topics <= frame.topics:
                return Arrived(self._number, self._position, gap=frame is not None)
            return Arrived(seen + 1, frame.position, frame)

    def close(self) -> None:
        """End every stream and take no more: the process is about to end."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _over(self, subscriber: Subscriber) -> bool:
        return self._closed or subscriber.ended
