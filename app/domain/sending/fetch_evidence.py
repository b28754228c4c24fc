"""Write down that a file was fetched, and what it proves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.sending import adoption
from app.store.database import Session
from app.store.media import hosted as hosted_files
from app.store.media.hosted import Granted


@dataclass(frozen=True)
class Fetch:
    """One request and its answer; `size` is the bytes of the answer's body."""

    method: str
    status: int
    size: int
    ip: str
    user_agent: str


def record(session: Session, granted: Granted, fetch: Fetch, at: datetime) -> None:
    """Keep the fetch. Nobody but Twilio has the address, and only from our call: so Twilio has the message."""
    account_sid = granted.grant.account_sid
    assert granted.grant.id is not None
    hosted_files.add_fetch(
        session,
        account_sid,
        granted.grant.id,
        method=fetch.method,
        status=fetch.status,
        size=fetch.size,
        ip=fetch.ip[:64],
        user_agent=fetch.user_agent[:300],
        occurred_at=at,
    )
    if fetch.status < 400:
        adoption.prove_by_fetch(session, account_sid, granted.grant.message_id, granted.grant.attempt_id, at)
