"""Tokens of programs that call the API. The program holds the token, the database only its SHA-256.

A token is 256 random bits, so nobody can find it by trying: a plain hash keeps it as well as a slow, salted one, which
passwords need, and costs a request nothing. A database that leaks opens no door.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain import audit
from app.domain.access import SCOPES, require
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.storable_text import one_line
from app.domain.visible_text import has_text
from app.store import api_tokens as rows
from app.store.database import Session
from app.store.tables import ApiToken

# What comes first tells a scanner for leaked secrets, and a person, what it is.
PREFIX = "swb_"
# A use is written down at most this often.
TOUCH_EVERY = timedelta(minutes=1)


class TokenRefused(Exception):
    """The change to a token can't be made; `code` is name_missing, scopes_missing, scope_unknown or unknown."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Caller:
    """A program whose token holds."""

    actor: Actor
    token_id: int
    used_at: datetime | None

    def wants_touch(self, at: datetime) -> bool:
        """True when the last use is old enough to be written anew."""
        return self.used_at is None or at - self.used_at >= TOUCH_EVERY


def create(session: Session, actor: Actor, name: str, scopes: Collection[str]) -> str:
    """Make a token with these scopes. Returns it; it is not kept. Raises TokenRefused, NotAllowed."""
    require(actor, "token.manage")
    name = one_line(name)
    if not has_text(name) or len(name) > 200:
        raise TokenRefused("name_missing")
    if not scopes:
        raise TokenRefused("scopes_missing")
    if set(scopes) - SCOPES.keys():
        raise TokenRefused("scope_unknown")
    token = PREFIX + secrets.token_urlsafe(32)
    token_id = rows.add(
        session,
        actor.account_sid,
        name=name,
        scopes=sorted(set(scopes)),
        token_hash=hash_of(token),
        last_signs=token[-4:],
        created_at=now(),
    )
    audit.record(session, actor, "token.create", "token", token_id, scopes=sorted(set(scopes)))
    return token


def everything(session: Session, actor: Actor) -> list[ApiToken]:
    """Every token that was ever made, the newest first. Raises NotAllowed."""
    require(actor, "token.manage")
    return rows.all_of(session, actor.account_sid)


def revoke(session: Session, actor: Actor, token_id: int) -> None:
    """Let a token hold no more, from its next request. Raises TokenRefused, NotAllowed."""
    require(actor, "token.manage")
    if not rows.revoke(session, actor.account_sid, token_id, now()):
        raise TokenRefused("unknown")
    audit.record(session, actor, "token.revoke", "token", token_id)


def find(session: Session, account_sid: str, token: str) -> Caller | None:
    """Whose token this is, or None: unknown or revoked."""
    row = rows.live_by_hash(session, account_sid, hash_of(token)) if token.startswith(PREFIX) else None
    if row is None:
        return None
    actor = Actor("token", account_sid, row.name, scopes=frozenset(row.scopes))
    return Caller(actor, row.id or 0, row.used_at)


def touch(session: Session, account_sid: str, token_id: int, at: datetime) -> None:
    """The token was used at this moment."""
    rows.used(session, account_sid, token_id, at)


def hash_of(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
