"""Somebody else's file, brought here before a message takes it along (MEDIA_URLS=rehost)."""

from __future__ import annotations

import tempfile
from functools import partial
from urllib.parse import unquote, urlsplit

from app.domain import actor
from app.domain.clock import now
from app.domain.media import files
from app.domain.media.outgoing import FileRefused
from app.domain.media.preflight import Found, check_theirs
from app.gateways.media_store import MediaStore
from app.gateways.public_url import PublicUrl
from app.store.database import Database, Session
from app.store.media import checks
from app.store.media import hosted as hosted_files
from app.store.messages import rows as messages

_AT_ONCE = 200


def rehost(
    database: Database, store: MediaStore, asked: PublicUrl, account_sid: str, url: str, most_document_bytes: int
) -> Found:
    """Fetch the file, host it, and let every message that waits with this URL carry that instead.

    What was found has a failure when it can't be had or isn't taken by WhatsApp. Raises OSError when no store takes it.
    """
    with tempfile.TemporaryFile() as content:
        found = check_theirs(asked, url, most_document_bytes, content.write)
        if found.failure:
            return found
        content.seek(0)
        name = unquote(urlsplit(url).path).rpartition("/")[2] or "file"
        try:
            number = files.host(database, store, actor.clock(account_sid), name, content, most_document_bytes)
        except FileRefused as error:
            return Found("type_not_accepted", error.kind.content_type)
    database.write(partial(_carry_ours, account_sid=account_sid, url=url, number=number))
    return found


def _carry_ours(session: Session, account_sid: str, url: str, number: int) -> None:
    at, after = now(), 0
    while waiting := checks.waiting(session, account_sid, after, _AT_ONCE):
        after = waiting[-1].id or 0
        for message in waiting:
            if url not in message.media_urls or message.id is None:
                continue
            ours = [files.reference(number) if each == url else each for each in message.media_urls]
            hosted_files.take(session, account_sid, number, at)
            messages.update(session, account_sid, message.id, media_urls=ours, hosted_file_id=number)
