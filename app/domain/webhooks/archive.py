"""The journal's archive: raw forms, encrypted, in the media store, for longer than the database keeps them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.webhooks import intake
from app.domain.webhooks.receive import apply, receive, settle, stored
from app.domain.webhooks.replay import Replayed, difference
from app.domain.webhooks.webhook import Webhook
from app.gateways.encryption import Seal
from app.gateways.media_store import MediaStore
from app.store.database import Database, Session
from app.store.journal import rows as journal

FOLDER = "archive/"
# A transaction that is still open may add a row with a smaller number.
_SETTLED = timedelta(minutes=1)


@dataclass(frozen=True)
class Archive:
    """The archive of raw forms: where they go, and by what key."""

    store: MediaStore
    seal: Seal
    account_sid: str

    def keep_new(self, database: Database) -> int:
        """Archive a batch of rows that are not there yet; returns how many. A crash repeats the same batch."""
        rows = database.read(lambda session: journal.unarchived(session, self.account_sid, now() - _SETTLED))
        kept = [row for row in rows if row.form]
        if kept:
            day = kept[0].occurred_at.date().isoformat()
            key = f"{FOLDER}{day}/{kept[0].id:012d}-{kept[-1].id:012d}"
            self.rewrite(key, [stored(row) for row in kept])
        numbers = [row.id for row in rows if row.id is not None]
        if numbers:
            erased = database.write(lambda session: journal.archived(session, self.account_sid, numbers, now()))
            if erased & {row.id for row in kept}:
                # Somebody was erased between reading and writing.
                self.rewrite(key, [stored(row) for row in kept if row.id not in erased])
        return len(kept)

    def webhooks(self) -> Iterator[Webhook]:
        """Everything archived, oldest first. Raises SealBroken when the key is not the one it was sealed with."""
        for key in self.store.keys(self.account_sid, FOLDER):
            yield from self.batch(key)

    def batch(self, key: str) -> list[Webhook]:
        """One batch of webhooks. Raises SealBroken, and MediaMissing."""
        content = self.seal.open(self.store.read(self.account_sid, key))
        return [intake.webhook_of(json.loads(line), source="archive") for line in content.decode().split("\n")]

    def rewrite(self, key: str, webhooks: Sequence[Webhook]) -> None:
        """Put these in the place of a batch, at once; without any it is deleted."""
        if not webhooks:
            self.store.delete(self.account_sid, key)
            return
        lines = "\n".join(json.dumps(intake.entry(webhook)) for webhook in webhooks)
        self.store.write(self.account_sid, key, self.seal.close(lines.encode()))


def replay_from(
    archive: Archive, database: Database, actor: Actor, wanted: Callable[[Webhook], bool]
) -> list[Replayed]:
    """Take archived webhooks in again: those that were lost are stored anew, the others applied. Raises NotAllowed."""
    access.require(actor, "journal.replay")
    chosen = [webhook for webhook in archive.webhooks() if wanted(webhook)]
    return [database.write(_again(actor, webhook)) for webhook in chosen]


def _again(actor: Actor, webhook: Webhook) -> Callable[[Session], Replayed]:
    def work(session: Session) -> Replayed:
        row = journal.by_key(session, webhook.account_sid, webhook.key)
        if row is None or row.id is None:
            received = receive(session, webhook)
            return _told(session, actor, webhook, received.journal_id, 1, received.quarantined)
        if row.state == "erased":
            # An older copy of the archive may still hold it.
            return _told(session, actor, webhook, row.id, 0, "erased")
        before, was = journal.rows_snapshot(session, row), row.state
        reason = settle(session, row, apply(session, webhook, row.id, now()))
        changed = difference(before, journal.rows_snapshot(session, row)) + (was == "quarantined" and not reason)
        return _told(session, actor, webhook, row.id, changed, reason)

    return work


def _told(session: Session, actor: Actor, webhook: Webhook, number: Any, changed: int, reason: str) -> Replayed:
    audit.record(session, actor, "journal.replay", "journal", number, changed=changed, reason=reason, archive=True)
    return Replayed(number, webhook.sid, webhook.kind, changed, reason)
