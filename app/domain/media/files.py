"""Take in a file that is to be sent."""

from __future__ import annotations

import io
import re
import uuid
from typing import BinaryIO

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


def host(
    database: Database,
    store: MediaStore,
    actor: Actor,
    name: str,
    content: bytes | BinaryIO,
    most_document_bytes: int = outgoing.OTHER_BYTES,
) -> int:
    """Keep the file, read in pieces, and return its number.

    Raises FileRefused, NotAllowed, and OSError when no disk takes it.
    """
    access.require(actor, "message.send")
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    file = outgoing.check(stream, name, most_document_bytes=most_document_bytes)
    key = f"{_FOLDER}{uuid.uuid4().hex}"
    # The bytes first: a row without its file would be an address that Twilio can't fetch.
    store.write_stream(actor.account_sid, key, stream)

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


def reference(file_id: int) -> str:
    """The reference to a hosted file in a message's list of files."""
    return f"{_PREFIX}{file_id}"


def referred(url: str) -> int | None:
    """The hosted file that an entry of a message's list of files means, or None for a URL of somebody else's."""
    number = url.removeprefix(_PREFIX)
    return int(number) if url.startswith(_PREFIX) and _NUMBER.fullmatch(number) else None
