"""The preflight's checks of files and URLs that nothing uses any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from app.domain.media.files import referred
from app.domain.media.preflight import subject_of
from app.store.database import Database, Session
from app.store.media import checks
from app.store.media import hosted as hosted_files
from app.store.tables import MediaCheck

# A URL in use is checked every hour; what was found of others is looked at for so long.
_THEIRS_STAY = timedelta(days=30)
_AT_ONCE = 500


def forget(database: Database, account_sid: str, at: datetime) -> int:
    """Remove the checks of files that are gone, and of URLs that nobody sent for 30 days; returns how many."""
    waited_for, forgotten = _waited_for(database, account_sid), 0
    for page in _pages(database, account_sid):
        old = [check for check in page if check.subject not in waited_for]
        forgotten += database.write(partial(_forget, account_sid=account_sid, old=old, before=at - _THEIRS_STAY))
    return forgotten


def _waited_for(database: Database, account_sid: str) -> set[str]:
    """What messages that have not left take along: of those that are held the check says why."""
    found: set[str] = set()
    after = 0
    while waiting := database.read(partial(checks.waiting, account_sid=account_sid, after=after, limit=_AT_ONCE)):
        found.update(subject_of(url) for message in waiting for url in message.media_urls)
        after = waiting[-1].id or 0
    return found


def _pages(database: Database, account_sid: str) -> Iterator[list[MediaCheck]]:
    after = 0
    while page := database.read(partial(checks.after_number, account_sid=account_sid, after=after, limit=_AT_ONCE)):
        yield page
        after = page[-1].id or 0


def _forget(session: Session, account_sid: str, old: list[MediaCheck], before: datetime) -> int:
    wanted = {number for check in old if (number := referred(check.subject)) is not None}
    files = hosted_files.files(session, account_sid, wanted)
    there = {number for number, file in files.items() if file.deleted_at is None}

    def is_over(check: MediaCheck) -> bool:
        number = referred(check.subject)
        return check.checked_at < before if number is None else number not in there

    gone = [check.id or 0 for check in old if is_over(check)]
    checks.remove(session, account_sid, gone)
    return len(gone)
