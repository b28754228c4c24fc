"""Write down that a file was fetched, and what it proves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from app.domain.sending import adoption
from app.media_words import GrantStanding
from app.store.database import Session
from app.store.media import hosted as hosted_files
from app.store.media.hosted import Granted


@dataclass(frozen=True)
class Fetch:
    """One request and its answer; `size` is the bytes of its body that left, `standing` that of the grant."""

    method: str
    status: int
    size: int
    ip: str
    user_agent: str
    standing: GrantStanding = "live"


class Receipt(NamedTuple):
    """A fetch, of what, and when it was asked for."""

    granted: Granted
    fetch: Fetch
    at: datetime


def record_all(session: Session, receipts: Sequence[Receipt]) -> None:
    """Keep these fetches. Messages are taken in their order, so that nobody waits for another who waits for him."""
    for receipt in sorted(receipts, key=lambda receipt: receipt.granted.message_id or 0):
        record(session, *receipt)


def record(session: Session, granted: Granted, fetch: Fetch, at: datetime) -> None:
    """Keep the fetch. Of an attempt nobody but Twilio has the address, from our call: so Twilio has the message."""
    account_sid = granted.account_sid
    hosted_files.add_fetch(
        session,
        account_sid,
        granted.grant_id,
        file_id=granted.file_id,
        standing=fetch.standing,
        method=fetch.method,
        status=fetch.status,
        size=fetch.size,
        ip=fetch.ip[:64],
        user_agent=fetch.user_agent[:300],
        occurred_at=at,
    )
    message_id, attempt_id = granted.message_id, granted.attempt_id
    if fetch.status < 400 and message_id is not None and attempt_id is not None:
        adoption.prove_by_fetch(session, account_sid, message_id, attempt_id, at)
