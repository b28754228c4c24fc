"""Twilio's statuses, in the order in which a message passes through them."""

from __future__ import annotations

from collections.abc import Iterable

RANK = {
    "accepted": 0,
    "scheduled": 0,
    "queued": 1,
    "sending": 2,
    "sent": 3,
    "failed": 4,
    "undelivered": 4,
    "canceled": 4,
    "delivered": 5,
    "read": 6,
}
FAILURES = frozenset({"failed", "undelivered"})
FINISHED = frozenset({"delivered", "read", "failed", "undelivered", "canceled"})


def furthest(shown: str, told: Iterable[str]) -> str:
    """The status to show: the one of highest rank; of equal rank the one shown, then the first told.

    Callbacks come in any order (docs/twilio.md#status-callbacks), so what is shown never goes back. Words without a
    rank are skipped.
    """
    best = shown
    for status in told:
        if status in RANK and RANK[status] > RANK.get(best, -1):
            best = status
    return best
