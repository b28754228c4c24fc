"""How fast a sender may send: a token bucket that holds across processes and restarts.

WhatsApp allows 80 messages a second for each sender by default. The bucket is small, so that
no second sees much more than the rate. Where WhatsApp says slow down (63018), or Twilio that the sender's queue is full
(21611), the whole sender waits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.clock import now
from app.store.database import Session
from app.store.feed import events as feed
from app.store.messages import sender_rates

# A sender's limit may need hours to pass (docs/twilio.md#queues-and-rates): minutes first, then hours.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 15, 60, 180))
# Without a new limit for this long the next one begins with the first pause again.
FORGIVEN_AFTER = timedelta(hours=12)
_BURST_SECONDS = 0.25


# Clocks that differ by more are not two machines', but one that was set.
CLOCKS_DIFFER = timedelta(seconds=5)


@dataclass(frozen=True)
class Grant:
    """A grant: how many messages may leave, and the tokens the bucket holds by now."""

    count: int
    tokens: float = 0.0
    filled_at: datetime | None = None


@dataclass(frozen=True)
class Pace:
    """Messages a second for each sender; 0 for no limit."""

    rate: float

    @property
    def full(self) -> float:
        """The tokens of a full bucket: what a claim leaves is less than one, and none is lost for as long after it."""
        return 1.0 + self.rate * _BURST_SECONDS

    def grant(self, session: Session, account_sid: str, sender: str, wanted: int, at: datetime) -> Grant:
        """How many of `wanted` may leave now; nothing is taken out of the bucket before `spend`."""
        if not self.rate:
            paused_until = sender_rates.paused_until(session, account_sid, sender)
            return Grant(0 if paused_until is not None and paused_until > at else wanted)
        bucket = sender_rates.held(session, account_sid, sender, at, self.full)
        if bucket.paused_until is not None and bucket.paused_until > at:
            return Grant(0)
        # A clock that steps back fills nothing.
        passed = max(0.0, (at - bucket.filled_at).total_seconds())
        tokens = min(self.full, bucket.tokens + passed * self.rate)
        # Where two machines' clocks differ, the later one's time stands, or each turn of the two would fill the bucket.
        ahead = timedelta(0) < bucket.filled_at - at <= CLOCKS_DIFFER
        return Grant(min(wanted, math.floor(tokens)), tokens, bucket.filled_at if ahead else at)

    def spend(self, session: Session, account_sid: str, sender: str, granted: Grant, spent: int, at: datetime) -> None:
        """Take what was used out of the bucket that `grant` holds."""
        if self.rate and spent:
            left = granted.tokens - spent
            sender_rates.update(session, account_sid, sender, tokens=left, filled_at=granted.filled_at or at)


def slow_down(session: Session, account_sid: str, sender: str, reason: str) -> datetime:
    """This sender is limited: nothing leaves it for minutes, then hours. Returns when it goes on."""
    at = now()
    bucket = sender_rates.held(session, account_sid, sender, at, 1.0)
    waited = bucket.paused_until
    if waited is not None and waited > at:
        return waited
    forgiven = waited is None or at - waited > FORGIVEN_AFTER
    pauses = 0 if forgiven else bucket.pauses
    until = at + PAUSES[min(pauses, len(PAUSES) - 1)]
    sender_rates.update(session, account_sid, sender, paused_until=until, pause_reason=reason, pauses=pauses + 1)
    feed.append(
        session, account_sid, "sender", at, word="paused", sender=sender, reason=reason, until=until.isoformat()
    )
    return until
