"""Write down that a file was fetched, and what it proves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.domain.sending import adoption
from app.media_words import GrantStanding
from app.store.database import Session
from app.store.media import hosted as hosted_files
from app.store.media.hosted import Granted


@dataclass(frozen=True)
class Fetch:
    """One request and its answer; `size` is the bytes of the answer's body, `standing` that of the grant."""

    method: str
    status: int
    size: int
    ip: str
    user_agent: str
    standing: GrantStanding = "live"


def record(session: Session, granted: Granted, fetch: Fetch, at: datetime) -> None:
    """Keep the fetch. Of an attempt nobody but Twilio has the address, from our call: so Twilio has the message."""
    account_sid = granted.grant.account_sid
    assert granted.grant.id is not None
    hosted_files.add_fetch(
        session,
        account_sid,
        granted.grant.id,
        file_id=granted.file.id,
        standing=fetch.standing,
        method=fetch.method,
        status=fetch.status,
        size=fetch.size,
        ip=fetch.ip[:64],
        user_agent=fetch.user_agent[:300],
        occurred_at=at,
    )
    message_id, attempt_id = granted.grant.message_id, granted.grant.attempt_id
    if fetch.status < 400 and message_id is not None and attempt_id is not None:
        adoption.prove_by_fetch(session, account_sid, message_id, attempt_id, at)
