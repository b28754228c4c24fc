"""Threads that write at the same moment share one transaction: who finds nobody leading commits for all who wait."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlmodel import Session

from app.store.errors import PATIENCE_SECONDS, DatabaseUnavailable

T = TypeVar("T")

# So long a transaction takes pieces in, at most one piece longer: another process waits for its turn.
_TURN_SECONDS = 0.05
# How long work that is one of many may wait: the others wait with it.
BRIEFLY_SECONDS = 0.5


class Piece:
    """Work that waits for its commit, and what became of it."""

    def __init__(self, work: Callable[[Session], Any], patience: float = PATIENCE_SECONDS) -> None:
        self.deadline = time.monotonic() + patience
        self.value: Any = None
        self.error: BaseException | None = None
        self.finished = False
        self.wake = threading.Event()
        self._work = work

    @property
    def outcome(self) -> Any:
        """Its value, or its error."""
        return self.value if self.error is None else self.error

    def run(self, session: Session) -> None:
        """Do the work in the session's transaction. Raises what the work raises."""
        self.value = self._work(session)
        session.flush()
        # What one piece has loaded is none of the next one's.
        if session.identity_map:
            session.expunge_all()


class Turn:
    """The pieces of one transaction, first to last; each is `taken` when its turn comes."""

    def __init__(self, waiting: deque[Piece], most: int) -> None:
        self.taken: list[Piece] = []
        self.deadline = waiting[0].deadline
        self._waiting = waiting
        self._most = most

    def __iter__(self) -> Iterator[Piece]:
        """Those who wait by now; when the turn has lasted long enough, the rest waits for the next."""
        ends = time.monotonic() + _TURN_SECONDS
        for _ in range(min(len(self._waiting), self._most)):
            try:
                self.taken.append(self._waiting.popleft())
            except IndexError:
                # The last one had waited for too long, and went.
                return
            yield self.taken[-1]
            if time.monotonic() > ends:
                return

    def fail(self, error: Callable[[], BaseException]) -> None:
        """Give an error to each that was taken; when it came to none, to those who wait and can't wait any longer."""
        if not self.taken:
            now = time.monotonic()
            # It was the first one's patience that ended, or the error is everybody's.
            self._take(now if now >= self.deadline else math.inf)
        for piece in self.taken:
            piece.error = error()

    def fail_all(self, error: Callable[[], BaseException]) -> None:
        """Give an error to each that was taken, and to all who wait."""
        self._take(math.inf)
        self.fail(error)

    def _take(self, last: float) -> None:
        late = [piece for piece in tuple(self._waiting) if piece.deadline <= last]
        self.taken += [piece for piece in late if _left(self._waiting, piece)]


class SharedCommit:
    """A queue in front of one connection.

    `commit` runs and commits a turn's pieces, or fails them; an error that it raises is given to all that were taken.
    """

    def __init__(self, commit: Callable[[Turn], None], most: int) -> None:
        self._commit = commit
        self._most = most
        self._waiting: deque[Piece] = deque()
        self._leading = threading.Lock()

    def write(self, work: Callable[[Session], T]) -> T:
        """Queue the work; lead the commit when nobody does, else wait for the one who does."""
        piece = Piece(work)
        self._waiting.append(piece)
        self._finish(piece, None)
        if piece.error is not None:
            raise piece.error
        return cast(T, piece.value)

    def write_together(self, works: Sequence[Callable[[Session], T]]) -> list[T | BaseException]:
        """Queue all of them at once; the value of each, or its error. They wait for BRIEFLY_SECONDS at most."""
        pieces = [Piece(work, BRIEFLY_SECONDS) for work in works]
        self._waiting.extend(pieces)
        for piece in pieces:
            try:
                self._finish(piece, max(piece.deadline - time.monotonic(), 0))
            except DatabaseUnavailable as error:
                piece.error = error
        return [piece.outcome for piece in pieces]

    def _finish(self, piece: Piece, patience: float | None) -> None:
        """Return once the piece is finished; with patience (seconds) it is given up when nobody takes it so long."""
        while not piece.finished:
            if self._leading.acquire(blocking=False):
                try:
                    if not piece.finished:
                        self._lead()
                finally:
                    self._leading.release()
                self._hand_over()
            elif piece.wake.wait(patience):
                piece.wake.clear()
            elif _left(self._waiting, piece):
                # It may have been woken to lead just now.
                self._hand_over()
                raise DatabaseUnavailable("too many write already")
            else:
                patience = None

    def _lead(self) -> None:
        turn = Turn(self._waiting, self._most)
        try:
            self._commit(turn)
        except BaseException as error:
            said, unavailable = error, isinstance(error, sa.exc.DBAPIError | sa.exc.TimeoutError | OSError)
            turn.fail(lambda: DatabaseUnavailable(str(said)) if unavailable else said)
        for piece in turn.taken:
            piece.finished = True
            piece.wake.set()

    def _hand_over(self) -> None:
        """Wake the first who still waits: it came while this thread led, and leads next."""
        try:
            self._waiting[0].wake.set()
        except IndexError:
            return


def _left(waiting: deque[Piece], piece: Piece) -> bool:
    """True when the piece left the queue; False when somebody has taken it."""
    try:
        waiting.remove(piece)
    except ValueError:
        return False
    return True
