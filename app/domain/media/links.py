"""Temporary URLs of files that people make, for a test or for somebody else's system; and what ends them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.media.grants import HARD_END
from app.store.database import Session
from app.store.media import hosted as hosted_files
from app.store.media import library
from app.store.tables import MediaGrant

SHORTEST = timedelta(seconds=600)


class LinkRefused(Exception):
    """Nothing came of it; `code` is file_gone, link_gone or link_at_its_end."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def make(session: Session, actor: Actor, file_id: int, lives: timedelta) -> int:
    """A link to the file; returns its grant's number. Raises LinkRefused and NotAllowed."""
    access.require(actor, "message.send")
    if library.lock(session, actor.account_sid, file_id) is None:
        raise LinkRefused("file_gone")
    at = now()
    row = {
        "account_sid": actor.account_sid,
        "file_id": file_id,
        "purpose": "link",
        "created_at": at,
        "expires_at": at + _bounded(lives),
    }
    (number,) = hosted_files.add_grants(session, [row])
    seconds = int(_bounded(lives).total_seconds())
    audit.record(session, actor, "media.link", "sent_file", file_id, grant=number, seconds=seconds)
    return number


def extend(session: Session, actor: Actor, grant_id: int, lives: timedelta) -> int:
    """Let a link live as long as a new one would, 48 hours at most; returns its file. Raises as `make`."""
    access.require(actor, "message.send")
    grant, at = _link(session, actor, grant_id), now()
    until = min(at + _bounded(lives), grant.created_at + HARD_END)
    if until <= grant.expires_at:
        raise LinkRefused("link_at_its_end")
    library.update_grant(session, actor.account_sid, grant_id, expires_at=until)
    audit.record(session, actor, "media.extend", "sent_file", grant.file_id, grant=grant_id, until=until.isoformat())
    return grant.file_id


def revoke(session: Session, actor: Actor, grant_id: int) -> int:
    """End a link now; caches may hold the file for 300 s more. Returns its file. Raises as `make`."""
    access.require(actor, "message.send")
    grant = _link(session, actor, grant_id, ("link", "sample"))
    library.update_grant(session, actor.account_sid, grant_id, revoked_at=now())
    audit.record(session, actor, "media.revoke", "sent_file", grant.file_id, grant=grant_id)
    return grant.file_id


def ends_at_last(grant: MediaGrant) -> datetime:
    """The time beyond which a link can't be extended; a template's sample is extended by itself."""
    if grant.purpose == "sample":
        return grant.expires_at
    return grant.created_at + HARD_END


def _bounded(lives: timedelta) -> timedelta:
    return min(max(lives, SHORTEST), HARD_END)


def _link(session: Session, actor: Actor, grant_id: int, purposes: Collection[str] = ("link",)) -> MediaGrant:
    grant = library.grant(session, actor.account_sid, grant_id)
    if grant is None or grant.purpose not in purposes or grant.revoked_at is not None or grant.expires_at <= now():
        raise LinkRefused("link_gone")
    return grant
