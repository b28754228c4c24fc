"""Clear away files that nobody needs, and tell of those that are missing."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from app import metrics
from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.media import old_checks, uploads
from app.domain.media.uploads import StillNeeded
from app.gateways.media_store import MediaStore
from app.store import leases
from app.store.database import Database, Session
from app.store.media import cleanups
from app.store.tables import HostedFile, InboundMedia

Row = TypeVar("Row", HostedFile, InboundMedia)

# Longer than any upload or fetch takes.
_UNDER_WAY = timedelta(hours=1)
# After a database was put back, customers' files may be there without their rows until those are pulled or replayed.
_CUSTOMERS_STAY = timedelta(days=7)
_LINK_STAYS = timedelta(days=1)
# What wasn't removed in so many days was followed, and stays as its receipt.
_LINK_IS_LOOKED_AT = timedelta(days=8)
_AT_ONCE = 500
_MOST_NAMED = 50
_LEASE = "media_cleanup"
_HOLD = timedelta(minutes=15)


@dataclass
class Cleaned:
    """What a run did: counts of what was removed and of what was kept, by why, and the rows whose files are missing."""

    removed: Counter[str] = field(default_factory=Counter)
    kept: Counter[str] = field(default_factory=Counter)
    missing: dict[str, list[int]] = field(default_factory=lambda: {"sent_file": [], "file": []})
    missing_count: int = 0

    def note_missing(self, kind: str, number: int) -> None:
        self.missing_count += 1
        if len(self.missing[kind]) < _MOST_NAMED:
            self.missing[kind].append(number)


def clean_up(database: Database, store: MediaStore, actor: Actor, unused_days: int) -> Cleaned | None:
    """Clean up now. None while another run goes on. Raises NotAllowed, and OSError when the store is away.

    `unused_days` is how long a file stays that no message took along; 0 is for ever.
    """
    access.require(actor, "media.clean_up")
    holder, at = f"cleanup:{uuid.uuid4().hex}", now()
    if not database.write(lambda session: leases.take(session, _LEASE, holder, at, _HOLD)):
        return None
    number = database.write(partial(_begin, actor=actor, at=at))
    done, trouble = Cleaned(), ""
    try:
        _clean(database, store, actor, at, unused_days, done)
    except OSError as error:
        trouble = str(error.strerror or error)[:200]
        raise
    except Exception as error:
        trouble = type(error).__name__
        raise
    finally:
        database.write(partial(_end, actor=actor, number=number, done=done, trouble=trouble))
        database.write(lambda session: leases.give_back(session, _LEASE, holder, now()))
        for word, count in done.removed.items():
            metrics.CLEANED.labels(word).inc(count)
    return done


def _begin(session: Session, actor: Actor, at: datetime) -> int:
    who = {"actor_kind": actor.kind, "actor_id": actor.id if actor.kind == "agent" else None}
    number = cleanups.begin(session, actor.account_sid, started_at=at, **who)
    if actor.kind != "clock":
        audit.record(session, actor, "media.clean_up", "account", None)
    return number


def _end(session: Session, actor: Actor, number: int, done: Cleaned, trouble: str) -> None:
    told = {"removed": dict(done.removed), "kept": dict(done.kept), "trouble": trouble}
    missing = {**done.missing, "count": done.missing_count}
    cleanups.end(session, actor.account_sid, number, ended_at=now(), missing=missing, **told)


def _clean(database: Database, store: MediaStore, actor: Actor, at: datetime, unused_days: int, done: Cleaned) -> None:
    account_sid, before = actor.account_sid, at - _UNDER_WAY
    done.removed["half_written"] += store.forget_unfinished(account_sid, before)
    links = (at - _LINK_IS_LOOKED_AT, at - _LINK_STAYS)
    done.removed["expired_link"] += database.write(lambda session: cleanups.forget_links(session, account_sid, *links))
    there = set(store.keys(account_sid, ""))
    old = {key for folder in ("out/", "preview/") for key in store.keys(account_sid, folder, before)}
    old.update(store.keys(account_sid, "in/", at - _CUSTOMERS_STAY))
    unused_before = at - timedelta(days=unused_days) if unused_days else None
    wanted: set[str] = set()
    for files in _pages(database, partial(cleanups.hosted_after, account_sid=account_sid)):
        wanted |= _hosted(database, store, actor, files, at, unused_before, there, done)
    for rows in _pages(database, partial(cleanups.fetched_after, account_sid=account_sid)):
        wanted |= _customers(rows, there, done)
    done.removed["old_check"] += old_checks.forget(database, account_sid, at)
    for key in sorted(old - wanted):
        if not _came_meanwhile(database, account_sid, key):
            store.delete(account_sid, key)
            done.removed["without_row"] += 1


def _pages(database: Database, read: Callable[..., list[Row]]) -> Iterator[list[Row]]:
    after = 0
    while rows := database.read(partial(read, after=after, limit=_AT_ONCE)):
        yield rows
        after = rows[-1].id or 0


def _hosted(
    database: Database,
    store: MediaStore,
    actor: Actor,
    files: Sequence[HostedFile],
    at: datetime,
    unused_before: datetime | None,
    there: set[str],
    done: Cleaned,
) -> set[str]:
    """The keys that these files need; what nobody came to use is deleted."""
    numbers = [file.id or 0 for file in files]
    live = database.read(lambda session: cleanups.with_live_link(session, actor.account_sid, numbers, at))
    wanted: set[str] = set()
    for file in files:
        wanted |= {file.key, file.preview_key}
        why = _why_kept(file, live, unused_before)
        if not why and _delete(database, store, actor, file.id or 0):
            done.removed["unused"] += 1
            continue
        done.kept[why or "used"] += 1
        # What is being uploaded while this runs isn't missing.
        if file.key not in there and file.created_at < at:
            done.note_missing("sent_file", file.id or 0)
    return wanted


def _why_kept(file: HostedFile, live: set[int], unused_before: datetime | None) -> str:
    if file.used_at is not None:
        return "used"
    if file.id in live:
        return "live_link"
    return "" if unused_before is not None and file.created_at < unused_before else "young"


def _delete(database: Database, store: MediaStore, actor: Actor, file_id: int) -> bool:
    try:
        return uploads.delete(database, store, actor, file_id)
    except StillNeeded:
        return False


def _customers(rows: Sequence[InboundMedia], there: set[str], done: Cleaned) -> set[str]:
    """The keys that customers' files need, and those that a fetch under way will."""
    wanted = set()
    for row in rows:
        if row.state == "failed":
            continue
        key = row.key or f"in/{row.message_id}-{row.position}"
        wanted |= {key, f"{key}.thumb"}
        if row.state == "fetched":
            done.kept["customers"] += 1
            if row.key and row.key not in there:
                done.note_missing("file", row.id or 0)
    return wanted


def _came_meanwhile(database: Database, account_sid: str, key: str) -> bool:
    """A row that was added after it was looked for, by an upload that took very long."""
    return key.startswith("out/") and bool(
        database.read(lambda session: cleanups.hosted_keys(session, account_sid, [key]))
    )
