"""How fast a sender may send: a token bucket that holds across processes and restarts.

WhatsApp allows 80 messages a second for each sender by default (twilio-facts.md). The bucket is small, so that
no second sees much more than the rate. Where WhatsApp says slow down (63018), the whole sender waits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.moments import now
from app.store import feed, paces
from app.store.database import Session

# A sender's limit may need hours to pass (twilio-errors.tsv, 63018): minutes first, then hours.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (2, 5, 15, 60, 180))
# Without a new 63018 for this long the next one begins with the first pause again.
FORGIVEN_AFTER = timedelta(hours=12)
_BURST_SECONDS = 0.25


@dataclass(frozen=True)
class Pace:
    """Messages a second for each sender; 0 for no limit."""

    rate: float

    @property
    def full(self) -> float:
        """What a full bucket holds."""
        return max(1.0, self.rate * _BURST_SECONDS)

    def grant(self, session: Session, account_sid: str, sender: str, wanted: int, at: datetime) -> int:
        """How many of `wanted` may leave now; what is not used is given back by `spend`."""
        bucket = paces.held(session, account_sid, sender, at, self.full)
        if bucket.paused_until is not None and bucket.paused_until > at:
            return 0
        if not self.rate:
            return wanted
        return min(wanted, math.floor(self._filled(bucket.tokens, bucket.filled_at, at)))

    def spend(self, session: Session, account_sid: str, sender: str, spent: int, at: datetime) -> None:
        """Take what was used out of the bucket that `grant` holds."""
        if not self.rate or not spent:
            return
        bucket = paces.held(session, account_sid, sender, at, self.full)
        left = self._filled(bucket.tokens, bucket.filled_at, at) - spent
        paces.tell(session, account_sid, sender, tokens=left, filled_at=at)

    def _filled(self, tokens: float, filled_at: datetime, at: datetime) -> float:
        # A clock that steps back fills nothing.
        passed = max(0.0, (at - filled_at).total_seconds())
        return min(self.full, tokens + passed * self.rate)


def slow_down(session: Session, account_sid: str, sender: str, reason: str) -> datetime:
    """WhatsApp limits this sender: nothing leaves it for minutes, then hours. Returns when it goes on."""
    at = now()
    bucket = paces.held(session, account_sid, sender, at, 1.0)
    waited = bucket.paused_until
    if waited is not None and waited > at:
        return waited
    forgiven = waited is None or at - waited > FORGIVEN_AFTER
    pauses = 0 if forgiven else bucket.pauses
    until = at + PAUSES[min(pauses, len(PAUSES) - 1)]
    paces.tell(session, account_sid, sender, paused_until=until, pause_reason=reason, pauses=pauses + 1)
    feed.append(
        session, account_sid, "sender", at, word="paused", sender=sender, reason=reason, until=until.isoformat()
    )
    return until
