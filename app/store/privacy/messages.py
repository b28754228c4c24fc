"""Empty the rows of a person's messages: their numbers, SIDs, times and states stay."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.inserts import insert_all_unless_there
from app.store.privacy import person as rows
from app.store.privacy.identity import erased_address
from app.store.privacy.person import Person
from app.store.tables import (
    Attempt,
    FeedEvent,
    HostedFile,
    InboundMedia,
    InboundMediaTry,
    Journal,
    MediaFetch,
    MediaGrant,
    Message,
    StatusEvent,
)

KIND = "erased"
_SID_LENGTH = 34
_GAVE_UP = ("failed", "blocked", "unconfirmed", "held", "ready")


@dataclass(frozen=True)
class Page:
    """Messages to empty, and the files that go with them: keys of the media store, and hosted files only theirs."""

    messages: list[Message]
    keys: list[str]
    hosted_ids: list[int]


def page(session: Session, account_sid: str, person: Person, limit: int) -> Page:
    """The next messages of a person that are not emptied yet."""
    found: list[Message] = []
    for number in person.conversation_ids:
        query = select(Message).where(
            Message.account_sid == account_sid, Message.conversation_id == number, Message.kind != KIND
        )
        order = (col(Message.occurred_at), col(Message.id))
        found += session.exec(query.order_by(*order).limit(limit - len(found)))
        if len(found) == limit:
            break
    numbers = [message.id or 0 for message in found]
    inbound = rows.inbound_files(session, account_sid, numbers)
    hosted = _only_theirs(session, account_sid, found)
    # A file may be there although its row doesn't know it yet; beside it is its thumbnail.
    keys = {f"in/{one.message_id}-{one.position}" for one in inbound} | {one.key for one in inbound}
    keys |= {f"{key}.thumb" for key in keys} | {key for one in hosted for key in (one.key, one.preview_key)}
    return Page(found, sorted(keys - {"", ".thumb"}), [one.id or 0 for one in hosted])


def _only_theirs(session: Session, account_sid: str, messages: Sequence[Message]) -> Sequence[HostedFile]:
    numbers = {message.id or 0 for message in messages}
    named = {url.removeprefix("hosted:") for message in messages for url in message.media_urls}
    wanted = {int(one) for one in named if one.isascii() and one.isdigit()}
    wanted |= {grant.file_id for grant in rows.grants_of(session, account_sid, numbers)}
    query = select(MediaGrant.file_id, MediaGrant.message_id).where(
        MediaGrant.account_sid == account_sid, col(MediaGrant.file_id).in_(wanted)
    )
    shared = {file_id for file_id, message_id in session.exec(query) if message_id not in numbers}
    return rows.hosted(session, account_sid, wanted - shared)


def empty(session: Session, account_sid: str, found: Page, contact_id: int, at: datetime) -> int:
    """Empty these messages, and all that was told of them. Returns how many webhooks' forms went."""
    numbers = [message.id or 0 for message in found.messages]
    attempts = rows.attempts_of(session, account_sid, numbers)
    sids = {message.sid for message in found.messages} | {one.sid for one in attempts}
    _delete_files(session, account_sid, numbers, found.hosted_ids)
    instead = erased_address(contact_id)
    nobody = {"to_address": instead, "error_message": "", "check_at": None}
    session.execute(
        sa.update(Attempt)
        .where(col(Attempt.account_sid) == account_sid, col(Attempt.message_id).in_(numbers))
        .values(**nobody)
    )
    session.execute(
        sa.update(StatusEvent)
        .where(col(StatusEvent.account_sid) == account_sid, col(StatusEvent.message_id).in_(numbers))
        .values(error_message="")
    )
    forms = forget_forms(
        session, account_sid, [row.id or 0 for row in rows.journal_of(session, account_sid, sids - {""})]
    )
    theirs = [message.sid for message in found.messages if message.direction == "inbound" and message.sid]
    keep_keys(session, account_sid, (f"{kind}:{sid}" for sid in theirs for kind in ("inbound", "pulled")), at)
    _empty_rows(session, account_sid, numbers, instead)
    return forms


def _empty_rows(session: Session, account_sid: str, numbers: Collection[int], instead: str) -> None:
    outbound, gave_up = col(Message.direction) == "outbound", col(Message.state).in_(_GAVE_UP)
    values: dict[str, Any] = {
        "kind": KIND,
        "body": "",
        "content_variables": {},
        "media_urls": [],
        "num_media": 0,
        "details": {},
        "error_message": "",
        "request_key": "",
        "not_before": None,
        "next_attempt_at": None,
        "check_at": None,
        "from_address": sa.case((outbound, col(Message.from_address)), else_=instead),
        "to_address": sa.case((outbound, instead), else_=col(Message.to_address)),
        "reason": sa.case((gave_up, "erased"), else_=col(Message.reason)),
        "state": sa.case((gave_up, "cancelled"), else_=col(Message.state)),
        "status": sa.case((col(Message.status).in_(("failed", "undelivered")), ""), else_=col(Message.status)),
    }
    where = (by_primary_key.account_is(Message, account_sid), col(Message.id).in_(numbers))
    session.execute(sa.update(Message).where(*where).values(**values))


def _delete_files(session: Session, account_sid: str, numbers: Collection[int], hosted_ids: Collection[int]) -> None:
    granted = sa.select(col(MediaGrant.id)).where(
        col(MediaGrant.account_sid) == account_sid, col(MediaGrant.message_id).in_(numbers)
    )
    grant_ids = list(session.execute(granted).scalars())
    media_ids = [one.id or 0 for one in rows.inbound_files(session, account_sid, numbers)]
    for table, column, wanted in (
        (MediaFetch, MediaFetch.grant_id, grant_ids),
        (MediaGrant, MediaGrant.message_id, numbers),
        (InboundMediaTry, InboundMediaTry.media_id, media_ids),
        (InboundMedia, InboundMedia.message_id, numbers),
    ):
        session.execute(sa.delete(table).where(col(table.account_sid) == account_sid, col(column).in_(wanted)))
    where = (by_primary_key.account_is(HostedFile, account_sid), col(HostedFile.id).in_(hosted_ids))
    session.execute(sa.delete(HostedFile).where(*where))


def forget_forms(session: Session, account_sid: str, journal_ids: Collection[int]) -> int:
    """Forget the forms of these webhooks; their keys stay, so that a repeat stays a repeat. Returns how many."""
    where = (by_primary_key.account_is(Journal, account_sid), col(Journal.id).in_(journal_ids))
    done: Any = session.execute(
        sa.update(Journal).where(*where).values(form="", state="erased", reason="", path="", idempotency_token="")
    )
    return int(done.rowcount)


def keep_keys(session: Session, account_sid: str, keys: Iterable[str], at: datetime) -> None:
    """Keep keys of webhooks that did not come, or were lost, so that they change nothing when they come."""
    made = [
        {
            "account_sid": account_sid,
            "key": key,
            "kind": "status" if key.startswith("status") else "inbound",
            "sid": next((part for part in key.split(":") if len(part) == _SID_LENGTH), ""),
            "state": "erased",
            "occurred_at": at,
            "recorded_at": at,
            "archived_at": at,
        }
        for key in keys
    ]
    insert_all_unless_there(session, Journal, made, ("account_sid", "key"))


def empty_events(
    session: Session, account_sid: str, conversation_ids: Collection[int], after: int, limit: int
) -> int | None:
    """Empty the next feed events of these conversations; the last one's number, None when there is none left."""
    found: list[int] = []
    for number in conversation_ids:
        query = sa.select(col(FeedEvent.id)).where(
            col(FeedEvent.account_sid) == account_sid,
            col(FeedEvent.conversation_id) == number,
            col(FeedEvent.id) > after,
        )
        found += session.execute(query.order_by(col(FeedEvent.id)).limit(limit)).scalars()
    some = sorted(found)[:limit]
    where = (by_primary_key.account_is(FeedEvent, account_sid), col(FeedEvent.id).in_(some))
    session.execute(sa.update(FeedEvent).where(*where).values(detail={}))
    return some[-1] if some else None
