"""Bring customers' files here: Twilio's copy may not be there at once, and is not kept for ever."""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog

from app import fault_points
from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.media import arrivals, names
from app.domain.media.arrivals import Arrived
from app.domain.metrics import counting
from app.gateways.media_store import MediaStore
from app.gateways.twilio.media import FetchFailed, TwilioMedia
from app.store.database import Database, Session
from app.store.feed import events as feed
from app.store.media import inbound as inbound_media
from app.store.messages import rows as messages
from app.store.tables import InboundMedia

log = structlog.get_logger()

# With their waits about an hour, so that no shorter outage of Twilio's, ours or a disk's, and no wrong key that an
# admin puts right, loses what a customer sent.
MAX_TRIES = 17
# A file that ends each process that touches it is given up after so many more.
_MOST_KILLED = 3
_HOLD = timedelta(minutes=2)
_LONGEST_WAIT = 600


def fetch_wanted(database: Database, source: TwilioMedia, store: MediaStore, account_sid: str, limit: int = 8) -> int:
    """Fetch up to `limit` files that are due; safe to run twice at once. Returns how many were tried.

    A try that was killed in the middle starts anew once its hold is over.
    """
    if not database.read(lambda session: inbound_media.anything_wanted(session, account_sid, now())):
        return 0
    rows = database.write(lambda session: inbound_media.claim_wanted(session, account_sid, now(), _HOLD, limit))
    for row in rows:
        fault_points.reach(fault_points.BEFORE_MEDIA_JOB)
        _fetch_one(database, source, store, row)
    return len(rows)


def want_again(session: Session, actor: Actor, message_id: int) -> int:
    """Try again for the files of a message that could not be had. Returns how many. Raises NotAllowed."""
    access.require(actor, "media.fetch_again")
    message = messages.by_id(session, actor.account_sid, message_id)
    if message is None:
        return 0
    count = renew(session, actor.account_sid, message_id)
    if count:
        audit.record(session, actor, "media.fetch_again", "message", message_id, files=count)
    return count


def renew(session: Session, account_sid: str, message_id: int) -> int:
    """Want a message's failed files again, as a replay of its webhook does."""
    at = now()
    count = inbound_media.want_again(session, account_sid, message_id, at)
    if count:
        _announce(session, account_sid, message_id, "wanted", at)
    return count


def _fetch_one(database: Database, source: TwilioMedia, store: MediaStore, row: InboundMedia) -> None:
    begun, at = time.monotonic(), now()
    key = f"in/{row.message_id}-{row.position}"
    try:
        if row.tries > MAX_TRIES + _MOST_KILLED:
            raise FetchFailed("interrupted", later=False)
        fetched = source.fetch(row.url)
        body = database.read(lambda session: inbound_media.body_of(session, row.account_sid, row.message_id))
        declared = row.content_type or fetched.content_type
        name = names.given_in(body, declared)
        arrived = arrivals.keep(store, row.account_sid, key, fetched.content, declared, name)
    except (FetchFailed, OSError) as error:
        failure = error if isinstance(error, FetchFailed) else FetchFailed("disk", later=True)
        took = round((time.monotonic() - begun) * 1000)
        database.write(lambda session: _failed(session, row, at, took, failure))
        return
    took = round((time.monotonic() - begun) * 1000)
    if not database.write(lambda session: _fetched(session, row, at, took, arrived)):
        for kept in (key, arrivals.thumbnail_key(key)):
            store.delete(row.account_sid, kept)
    # Only what is surely here goes there.
    if source.deletes and not source.delete(row.url):
        log.warning("media.left_at_twilio", message=row.message_id)


def _fetched(session: Session, row: InboundMedia, begun: datetime, took: int, arrived: Arrived) -> bool:
    """Say where the file is. False when nobody wants it any more: whoever sent it was erased meanwhile."""
    at = now()
    assert row.id is not None
    if inbound_media.get(session, row.account_sid, row.id) is None:
        return False
    inbound_media.add_try(session, row.account_sid, row.id, begun, took, "")
    inbound_media.update(
        session,
        row.account_sid,
        row.id,
        state="fetched",
        reason="",
        key=arrived.key,
        size=arrived.size,
        stored_type=arrived.content_type,
        seconds=arrived.seconds,
        details=arrived.details,
        fetched_at=at,
    )
    counting.media_fetched(session, "fetched")
    _announce(session, row.account_sid, row.message_id, "fetched", at)
    return True


def _failed(session: Session, row: InboundMedia, begun: datetime, took: int, error: FetchFailed) -> None:
    assert row.id is not None
    at = now()
    inbound_media.add_try(session, row.account_sid, row.id, begun, took, error.reason)
    told = {"reason": error.reason, "not_there": row.not_there + (error.reason == "not_there_yet")}
    if error.later and row.tries < MAX_TRIES:
        counting.media_fetched(session, "later")
        inbound_media.update(session, row.account_sid, row.id, next_try_at=at + _wait(row.tries), **told)
        return
    inbound_media.update(session, row.account_sid, row.id, state="failed", **told)
    counting.media_fetched(session, "failed")
    _announce(session, row.account_sid, row.message_id, "failed", at, reason=error.reason)


def _wait(tries: int) -> timedelta:
    """1, 2, 3, 4, 5 seconds: the copy is usually there within a few; then ever longer, up to ten minutes."""
    return timedelta(seconds=tries if tries <= 5 else min(5 * 2 ** (tries - 5), _LONGEST_WAIT))


def _announce(session: Session, account_sid: str, message_id: int, word: str, at: datetime, reason: str = "") -> None:
    conversation_id = inbound_media.conversation_of(session, account_sid, message_id)
    feed.append(
        session,
        account_sid,
        "media",
        at,
        word=word,
        conversation_id=conversation_id,
        message_id=message_id,
        reason=reason,
    )
