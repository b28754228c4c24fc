"""How many different people may be reached outside their session window in 24 hours, by all senders together."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.store import accounts, sender_states
from app.store.database import Session
from app.store.runs import reached, rows
from app.store.tables import TemplateRun

DAY = timedelta(hours=24)
REASON = "daily_limit"
# A run that waits for a place counts no more often.
LOOK_AGAIN = timedelta(seconds=30)
# This part of the free places is granted before they are counted again, and for no longer.
PART = 20
COUNT_HOLDS = timedelta(seconds=10)

_held: list[int] = [0]


@dataclass(frozen=True)
class Places:
    """The limit, and how many different people it counts in the last 24 hours."""

    limit: int
    taken: int

    @property
    def free(self) -> int:
        """How many more may be reached now."""
        return max(0, self.limit - self.taken)


def use(limit: int) -> None:
    """Hold DAILY_RECIPIENTS for as long as the process runs; 0 where no limit is set."""
    _held[0] = limit


@contextmanager
def under(limit: int) -> Iterator[None]:
    """Another limit for a block."""
    before, _held[0] = _held[0], limit
    try:
        yield
    finally:
        _held[0] = before


def places(session: Session, account_sid: str, at: datetime) -> Places | None:
    """How many places there are, and how many are taken; None where no limit is known."""
    limit = _limit(session, account_sid)
    return Places(limit, reached.people(session, account_sid, at - DAY)) if limit else None


def waits(run: TemplateRun, at: datetime) -> bool:
    """Whether the run waits for a place, and it is too early to count again."""
    return run.reason == REASON and at < datetime.fromisoformat(run.detail["look_again_at"])


class Granter:
    """Grants the recipients of runs their turns, in one process.

    To count costs with the size of the limit. So of many free places a part is granted without counting again, for
    some seconds; the last ones are counted each time, while other runs wait.
    """

    def __init__(self) -> None:
        self._in_hand = 0
        self._until = datetime.min.replace(tzinfo=UTC)

    def grant(self, session: Session, run: TemplateRun, wanted: int, at: datetime) -> int:
        """How many of so many recipients may have their turn now. Where none may, the run says that it waits."""
        if waits(run, at):
            return 0
        if at < self._until and wanted <= self._in_hand and run.reason != REASON:
            self._in_hand -= wanted
            return wanted
        there = self._count(session, run.account_sid, at)
        if there is not None and not there.free:
            detail = {**run.detail, "limit": there.limit, "look_again_at": (at + LOOK_AGAIN).isoformat()}
            rows.change(session, run.account_sid, run.id or 0, reason=REASON, detail=detail)
            return 0
        if run.reason == REASON:
            rows.change(session, run.account_sid, run.id or 0, reason="")
        return wanted if there is None else min(wanted, there.free)

    def _count(self, session: Session, account_sid: str, at: datetime) -> Places | None:
        """As `places`, with other runs kept from taking the same ones until the transaction ends."""
        self._in_hand = 0
        if not _limit(session, account_sid):
            return None
        accounts.take_turns(session, account_sid)
        there = places(session, account_sid, at)
        if there is not None:
            self._in_hand, self._until = there.free // PART, at + COUNT_HOLDS
        return there


def _limit(session: Session, account_sid: str) -> int:
    """DAILY_RECIPIENTS, else the lowest limit that Twilio told of a sender; 0 for none."""
    return _held[0] or sender_states.least_people(session, account_sid)
