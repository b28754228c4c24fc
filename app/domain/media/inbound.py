"""Bring customers' files here: Twilio's copy may not be there at once, and is not kept for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

import filetype

from app import fault_points
from app.domain.clock import now
from app.domain.media.durations import seconds_of
from app.domain.metrics import counting
from app.gateways.media_store import MediaStore
from app.gateways.twilio.media import Fetched, FetchFailed, TwilioMedia
from app.store.database import Database, Session
from app.store.feed import events as feed
from app.store.media import inbound as inbound_media
from app.store.tables import InboundMedia

MAX_TRIES = 14
_HOLD = timedelta(minutes=2)
# Types whose content has no mark of its own; for all others the content decides, never the name alone.
_BY_WORD_ALONE = frozenset({"text/vcard", "text/x-vcard", "text/plain", "audio/amr"})


def fetch_wanted(database: Database, source: TwilioMedia, store: MediaStore, account_sid: str, limit: int = 8) -> int:
    """Fetch up to `limit` files that are due; safe to run twice at once. Returns how many were tried."""
    if not database.read(lambda session: inbound_media.anything_wanted(session, account_sid, now())):
        return 0
    rows = database.write(lambda session: inbound_media.claim_wanted(session, account_sid, now(), _HOLD, limit))
    for row in rows:
        fault_points.reach(fault_points.BEFORE_MEDIA_JOB)
        _fetch_one(database, source, store, row)
    return len(rows)


def _fetch_one(database: Database, source: TwilioMedia, store: MediaStore, row: InboundMedia) -> None:
    key = f"in/{row.message_id}-{row.position}"
    try:
        fetched = source.fetch(row.url)
        # The file first: a crash in between is mended by the next try, which writes the same key.
        store.write(row.account_sid, key, fetched.content)
    except (FetchFailed, OSError) as error:
        failure = error if isinstance(error, FetchFailed) else FetchFailed("disk", later=True)
        database.write(lambda session: _failed(session, row, failure))
        return
    if not database.write(lambda session: _fetched(session, row, key, fetched)):
        store.delete(row.account_sid, key)


def _fetched(session: Session, row: InboundMedia, key: str, fetched: Fetched) -> bool:
    """Say where the file is. False when nobody wants it any more: whoever sent it was erased meanwhile."""
    at = now()
    assert row.id is not None
    if inbound_media.get(session, row.account_sid, row.id) is None:
        return False
    kind = stored_type(fetched.content, row.content_type)
    inbound_media.update(
        session,
        row.account_sid,
        row.id,
        state="fetched",
        reason="",
        key=key,
        size=len(fetched.content),
        stored_type=kind,
        seconds=seconds_of(fetched.content, kind),
        fetched_at=at,
    )
    counting.media_fetched(session, "fetched")
    _announce(session, row, "fetched", at)
    return True


def _failed(session: Session, row: InboundMedia, error: FetchFailed) -> None:
    assert row.id is not None
    at = now()
    if error.later and row.tries < MAX_TRIES:
        counting.media_fetched(session, "later")
        inbound_media.update(session, row.account_sid, row.id, reason=error.reason, next_try_at=at + _wait(row.tries))
        return
    inbound_media.update(session, row.account_sid, row.id, state="failed", reason=error.reason)
    counting.media_fetched(session, "failed")
    _announce(session, row, "failed", at, reason=error.reason)


def _wait(tries: int) -> timedelta:
    """1, 2, 3, 4, 5 seconds: the copy is usually there within a few; then ever longer.

    In all about 40 minutes, so that no shorter outage of Twilio's, ours or a disk's loses what a customer sent.
    """
    return timedelta(seconds=tries if tries <= 5 else 5 * 2 ** (tries - 5))


def stored_type(content: bytes, said: str) -> str:
    """The type to serve a file with: what its content shows; 'application/octet-stream' where it shows nothing."""
    kind = filetype.guess(content[:8192])
    if kind is not None:
        return str(kind.mime)
    word = said.partition(";")[0].strip().lower()
    return word if word in _BY_WORD_ALONE else "application/octet-stream"


def _announce(session: Session, row: InboundMedia, word: str, at: datetime, reason: str = "") -> None:
    conversation_id = inbound_media.conversation_of(session, row.account_sid, row.message_id)
    feed.append(
        session,
        row.account_sid,
        "media",
        at,
        word=word,
        conversation_id=conversation_id,
        message_id=row.message_id,
        reason=reason,
    )
