"""Files that people upload: kept with a small picture of them, and deleted again."""

from __future__ import annotations

import uuid
from typing import BinaryIO

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.media import files
from app.domain.media.previews import preview_of
from app.gateways.media_store import MediaStore
from app.store.database import Database, Session
from app.store.media import hosted as hosted_files
from app.store.media import library
from app.store.tables import HostedFile

_FOLDER = "preview/"


class StillNeeded(Exception):
    """The file can't be deleted: `count` messages that carry it are on their way."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


def upload(
    database: Database, store: MediaStore, actor: Actor, name: str, stream: BinaryIO, most_document_bytes: int
) -> HostedFile:
    """Keep a file, with a small picture of it where it is one. Raises as `files.host`."""
    number = files.host(database, store, actor, name, stream, most_document_bytes)
    file = database.read(lambda session: hosted_files.files(session, actor.account_sid, [number]))[number]
    small = preview_of(stream) if file.kind == "image" else None
    if small is None:
        return file
    key = f"{_FOLDER}{uuid.uuid4().hex}"
    try:
        store.write(actor.account_sid, key, small)
    except OSError:
        # The file itself is kept; the list shows its type instead.
        return file
    database.write(lambda session: hosted_files.update_file(session, actor.account_sid, number, preview_key=key))
    file.preview_key = key
    return file


def delete(database: Database, store: MediaStore, actor: Actor, file_id: int) -> bool:
    """Delete a file; False when it is not there. Raises StillNeeded and NotAllowed.

    Its row stays where somebody was given an address of it, for the messages that carried it.
    """
    access.require(actor, "message.send")
    file = database.write(lambda session: _delete(session, actor, file_id))
    if file is None:
        return False
    for key in filter(None, (file.key, file.preview_key)):
        store.delete(actor.account_sid, key)
    return True


def _delete(session: Session, actor: Actor, file_id: int) -> HostedFile | None:
    file = library.lock(session, actor.account_sid, file_id)
    if file is None:
        return None
    if needed := library.on_their_way(session, actor.account_sid, file_id):
        raise StillNeeded(needed)
    if file.used_at or library.was_granted(session, actor.account_sid, file_id):
        hosted_files.update_file(session, actor.account_sid, file_id, deleted_at=now())
    else:
        session.expunge(file)
        hosted_files.remove_file(session, actor.account_sid, file_id)
    audit.record(session, actor, "media.delete", "sent_file", file_id, type=file.content_type)
    return file
