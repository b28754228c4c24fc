"""Take in a file that is to be sent."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.media import outgoing
from app.gateways.media_store import MediaStore
from app.store.database import Database, Session
from app.store.media import hosted as hosted_files

# How a message names a hosted file among the URLs of its files; the sender puts an address of its own there.
_PREFIX = "hosted:"
_NUMBER = re.compile(r"[0-9]{1,18}")
_FOLDER = "out/"
# Longer than any upload takes.
_UNDER_WAY = timedelta(hours=1)
_AT_ONCE = 500


def host(
    database: Database,
    store: MediaStore,
    actor: Actor,
    name: str,
    content: bytes,
    most_document_bytes: int = outgoing.OTHER_BYTES,
) -> int:
    """Keep the file and return its number. Raises FileRefused, NotAllowed, and OSError when no disk takes it."""
    access.require(actor, "message.send")
    file = outgoing.check(content, name, most_document_bytes=most_document_bytes)
    key = f"{_FOLDER}{uuid.uuid4().hex}"
    # The bytes first: a row without its file would be an address that Twilio can't fetch.
    store.write(actor.account_sid, key, content)

    def add(session: Session) -> int:
        number = hosted_files.add_file(
            session,
            actor.account_sid,
            name=file.name,
            content_type=file.content_type,
            size=file.size,
            seconds=file.kind.seconds,
            key=key,
            author_kind=actor.kind,
            author_id=actor.id,
            created_at=now(),
        )
        audit.record(session, actor, "media.host", "sent_file", number, type=file.content_type, size=file.size)
        return number

    return database.write(add)


def delete_orphaned_files(database: Database, store: MediaStore, account_sid: str, at: datetime) -> int:
    """Remove what a process that was killed left behind: half-written files, and whole ones that no row names.

    What may still be under way is left alone. Returns how many were removed.
    """
    before = at - _UNDER_WAY
    left = store.forget_unfinished(account_sid, before)
    keys = store.keys(account_sid, _FOLDER, before)
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        kept = database.read(lambda session, some=some: hosted_files.kept(session, account_sid, some))  # type: ignore[misc]
        for key in set(some) - kept:
            store.delete(account_sid, key)
            left += 1
    return left


def reference(file_id: int) -> str:
    """The reference to a hosted file in a message's list of files."""
    return f"{_PREFIX}{file_id}"


def referred(url: str) -> int | None:
    """The hosted file that an entry of a message's list of files means, or None for a URL of somebody else's."""
    number = url.removeprefix(_PREFIX)
    return int(number) if url.startswith(_PREFIX) and _NUMBER.fullmatch(number) else None
