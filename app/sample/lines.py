"""The feed's lines of the last hours, as the verbs would have written them at the time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from app.domain.consent.keywords import keyword
from app.domain.statuses import FAILURES
from app.domain.webhooks import message_kinds
from app.domain.webhooks.webhook import Webhook
from app.sample.entries import Entry
from app.store.database import Session
from app.store.feed import events as feed
from app.vocabulary import FeedKind

SINCE = timedelta(hours=36)


@dataclass
class Placed:
    """An entry with the numbers of its rows. `journal` are its webhooks': its own, or its callbacks' in their order."""

    entry: Entry
    conversation_id: int
    message_id: int
    journal: list[int] = field(default_factory=list)
    fetched_at: datetime | None = None


@dataclass(frozen=True)
class Line:
    """One feed event that is yet to be appended."""

    kind: FeedKind
    word: str
    at: datetime
    place: dict[str, Any]
    detail: dict[str, Any] = field(default_factory=dict)


def lines_of(placed: Placed) -> Iterator[Line]:
    """Everything the feed told of one message."""
    entry, at = placed.entry, placed.entry.said.at
    place = {"conversation_id": placed.conversation_id, "message_id": placed.message_id}
    if entry.webhook is not None:
        yield Line("inbound", message_kinds.kind_of(entry.webhook), at, place | {"journal_id": placed.journal[0]})
        if placed.fetched_at:
            yield Line("media", "fetched", placed.fetched_at, place, {"reason": ""})
        if entry.action:
            yield Line("consent", entry.action, at, place, {"keyword": keyword(entry.said.text)})
        return
    outcome = entry.outcome
    assert outcome is not None
    yield Line("outbound", "ready", at, place)
    for tried in outcome.tried:
        yield Line("state", "sending", tried.started_at, place)
    ended_at = outcome.tried[-1].ended_at if outcome.tried else at
    if outcome.accepted:
        yield Line("state", "accepted", ended_at, place, {"sid": entry.sid, "evidence": "answer"})
    else:
        yield Line("state", outcome.state, ended_at, place, {"error_code": outcome.code})
    for told, journal_id in zip(outcome.told, placed.journal, strict=True):
        detail = {"sid": entry.sid, "error_code": told.code if told.word in FAILURES else ""}
        yield Line("status", told.word, told.at, place | {"journal_id": journal_id}, detail)


def stray(webhook: Webhook, reason: str, journal_id: int) -> Line:
    """What the feed told of a webhook in quarantine (`reason`), or of a status that is nobody's."""
    place = {"journal_id": journal_id}
    if reason:
        return Line("quarantine", reason, webhook.occurred_at, place)
    detail = {"sid": webhook.sid, "orphan": True, "error_code": ""}
    return Line("status", webhook.status, webhook.occurred_at, place, detail)


def append(session: Session, account_sid: str, lines: list[Line], since: datetime) -> None:
    """Append what happened after `since`, in its order."""
    for line in sorted((line for line in lines if line.at > since), key=lambda line: line.at):
        feed.append(session, account_sid, line.kind, line.at, word=line.word, **line.place, **line.detail)
