"""Apply again what is stored: changes nothing that is right already, and says what it changed."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.media import inbound as inbound_media
from app.domain.webhooks.receive import apply_again
from app.store.database import Database, Session
from app.store.journal import rows as journal
from app.store.journal.rows import RowsSnapshot
from app.store.messages import rows as messages


@dataclass(frozen=True)
class Replayed:
    """One replay's result: how many rows it changed or added, and why the form can't be applied ('' when it can)."""

    journal_id: int
    sid: str
    kind: str
    changed: int
    reason: str
    purged: bool = False


def replay(database: Database, actor: Actor, journal_ids: list[int]) -> list[Replayed]:
    """Apply these journal rows again, each in a transaction of its own. Raises NotAllowed."""
    access.require(actor, "journal.replay")
    done = (database.write(lambda session, one=one: _one(session, actor, one)) for one in journal_ids)  # type: ignore[misc]
    return [result for result in done if result is not None]


def _one(session: Session, actor: Actor, journal_id: int) -> Replayed | None:
    row = journal.get(session, actor.account_sid, journal_id)
    if row is None:
        return None
    if not row.form:
        return Replayed(journal_id, row.sid, row.kind, 0, "raw_form_purged", purged=True)
    before = journal.rows_snapshot(session, row)
    was = row.state
    reason = apply_again(session, row)
    if row.kind == "inbound" and not reason:
        _want_files_again(session, actor, row.sid)
    after = journal.rows_snapshot(session, row)
    changed = difference(before, after) + (was == "quarantined" and not reason)
    audit.record(session, actor, "journal.replay", "journal", journal_id, changed=changed, reason=reason)
    return Replayed(journal_id, row.sid, row.kind, changed, reason)


def _want_files_again(session: Session, actor: Actor, sid: str) -> None:
    """Those of the message that could not be had: what stood in the way may be gone."""
    message = messages.by_sid(session, actor.account_sid, sid)
    if message is not None and message.id is not None:
        inbound_media.renew(session, actor.account_sid, message.id)


def difference(before: RowsSnapshot, after: RowsSnapshot) -> int:
    """In how many ways the two differ."""
    return sum(1 for one, other in zip(before, after, strict=True) if one != other)
