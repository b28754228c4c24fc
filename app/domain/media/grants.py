"""Addresses under which Twilio fetches a file: one for each attempt, unguessable, and alive as long as it is needed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from itsdangerous import BadSignature, Signer

from app.domain.media import files
from app.domain.statuses import FINISHED
from app.media_words import GrantStanding
from app.store.database import Session
from app.store.media import hosted as hosted_files
from app.store.media.hosted import Granted
from app.store.tables import HostedFile, Message
from app.vocabulary import NEVER_LEFT

LIVES = timedelta(minutes=15)
# Twilio may keep a message in its queue for hours (docs/twilio.md#queues-and-rates); what it has not fetched by then it
# never will.
HARD_END = timedelta(hours=48)
# With `sent` WhatsApp has the file.
_FETCHED_BY_NOW = FINISHED | {"sent"}


@dataclass(frozen=True)
class MediaLinks:
    """Makes addresses and reads them: `base` is PUBLIC_BASE_URL, `key` the installation's secret.

    A token is a grant's number with its HMAC-SHA256 and is kept nowhere.
    """

    base: str
    key: str = field(repr=False)

    def address(self, grant_id: int, name: str) -> str:
        """The address at which Twilio fetches the file."""
        return f"{self.base}/media/temp/{self._signer().sign(str(grant_id)).decode()}/{name}"

    def grant_of(self, token: str) -> int | None:
        """The grant that a token of ours names; None for any other."""
        try:
            return int(self._signer().unsign(token.encode()))
        except (BadSignature, ValueError):
            return None

    def grant_at(self, url: str) -> int | None:
        """The grant that an address of ours names; None for any other."""
        before = f"{self.base}/media/temp/"
        return self.grant_of(url.removeprefix(before).partition("/")[0]) if url.startswith(before) else None

    def _signer(self) -> Signer:
        return Signer(self.key, salt="media", key_derivation="hmac", digest_method=hashlib.sha256)


def addresses(
    session: Session, links: MediaLinks, leaving: Sequence[tuple[Message, int]], at: datetime, lives: timedelta = LIVES
) -> dict[int, list[str]]:
    """The URLs of each attempt's files, by the attempt's number; hosted ones under addresses made for it alone."""
    urls = {attempt_id: list(message.media_urls) for message, attempt_id in leaving}
    places = [
        (message, attempt_id, place, number)
        for message, attempt_id in leaving
        for place, url in enumerate(message.media_urls)
        if (number := files.referred(url)) is not None
    ]
    made = for_files(session, links, [(message, attempt, number) for message, attempt, _, number in places], at, lives)
    for (_message, attempt_id, place, _number), address in zip(places, made, strict=True):
        # One that isn't there is left as it is, which Twilio refuses: it must not hold up the others.
        urls[attempt_id][place] = address or urls[attempt_id][place]
    return urls


def for_files(
    session: Session,
    links: MediaLinks,
    wanted: Sequence[tuple[Message, int, int]],
    at: datetime,
    lives: timedelta = LIVES,
) -> list[str]:
    """An address for each hosted file that an attempt of a message uses; '' for one that isn't there."""
    if not wanted:
        return []
    known = hosted_files.files(session, wanted[0][0].account_sid, {number for *_, number in wanted})
    there = [(message, attempt_id, known[number]) for message, attempt_id, number in wanted if number in known]
    rows = [_row(message, attempt_id, file, at, lives) for message, attempt_id, file in there]
    numbers = iter(hosted_files.add_grants(session, rows))
    return [links.address(next(numbers), known[number].name) if number in known else "" for *_, number in wanted]


def _row(message: Message, attempt_id: int, file: HostedFile, at: datetime, lives: timedelta) -> dict[str, object]:
    return {
        "account_sid": message.account_sid,
        "file_id": file.id,
        "message_id": message.id,
        "attempt_id": attempt_id,
        "created_at": at,
        "expires_at": at + lives,
    }


def standing_of(granted: Granted, at: datetime) -> GrantStanding:
    """Whether the grant may be used: until it expires, and longer while its message is on its way; else why not."""
    if granted.file_deleted_at is not None:
        return "deleted"
    if granted.revoked_at is not None:
        return "revoked"
    waited_for = _message_is_on_its_way(granted) and at < granted.created_at + HARD_END
    return "live" if at < granted.expires_at or waited_for else "expired"


def _message_is_on_its_way(granted: Granted) -> bool:
    """There is a message, and Twilio may still come for its file."""
    return (
        granted.message_id is not None
        and granted.message_status not in _FETCHED_BY_NOW
        and granted.message_state not in NEVER_LEFT
    )
