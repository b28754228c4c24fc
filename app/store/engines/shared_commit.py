"""Threads that write at the same moment share one transaction: who finds nobody leading commits for all who wait."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlmodel import Session

from app.store.errors import PATIENCE_SECONDS, DatabaseUnavailable

T = TypeVar("T")

# So long a transaction takes pieces in, at most one piece longer: another process waits for its turn.
_TURN_SECONDS = 0.05


class Piece:
    """Work that waits for its commit, and what became of it."""

    def __init__(self, work: Callable[[Session], Any]) -> None:
        self.deadline = time.monotonic() + PATIENCE_SECONDS
        self.value: Any = None
        self.error: BaseException | None = None
        self.finished = False
        self.wake = threading.Event()
        self._work = work

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
        """Give an error to each that was taken; to all who wait when it came to none."""
        if not self.taken:
            list(self)
        for piece in self.taken:
            piece.error = error()


class SharedCommit:
    """A queue in front of one connection.

    `commit` runs and commits a turn's pieces, or fails them; an error that it raises is given to all that were taken.
    With `patience` (seconds) a piece that nobody took in that time is DatabaseUnavailable.
    """

    def __init__(self, commit: Callable[[Turn], None], most: int, patience: float | None = None) -> None:
        self._commit = commit
        self._most = most
        self._patience = patience
        self._waiting: deque[Piece] = deque()
        self._leading = threading.Lock()

    def write(self, work: Callable[[Session], T]) -> T:
        """Queue the work; lead the commit when nobody does, else wait for the one who does."""
        piece = Piece(work)
        self._waiting.append(piece)
        patience = self._patience
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
            elif self._left(piece):
                # It may have been woken to lead just now.
                self._hand_over()
                raise DatabaseUnavailable("too many write already")
            else:
                patience = None
        if piece.error is not None:
            raise piece.error
        return cast(T, piece.value)

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

    def _left(self, piece: Piece) -> bool:
        """True when the piece left the queue; False when somebody has taken it."""
        try:
            self._waiting.remove(piece)
        except ValueError:
            return False
        return True
