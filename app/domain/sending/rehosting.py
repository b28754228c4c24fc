"""Somebody else's file, brought here: before a message takes it along (MEDIA_URLS=rehost), or for another try."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import unquote, urlsplit

from app.domain import access
from app.domain.actor import Actor, clock
from app.domain.clock import now
from app.domain.gate.draft import Draft
from app.domain.media import files
from app.domain.media.outgoing import FileRefused
from app.domain.media.preflight import Found, check_theirs
from app.domain.sending import resend
from app.domain.sending.outbox import Enqueued
from app.gateways.media_store import MediaStore
from app.gateways.public_url import PublicUrl
from app.store.database import Database, Session
from app.store.media import checks
from app.store.media import hosted as hosted_files
from app.store.messages import resends
from app.store.messages import rows as messages
from app.store.tables import Message

_AT_ONCE = 200


def rehost(
    database: Database, store: MediaStore, asked: PublicUrl, account_sid: str, url: str, most_document_bytes: int
) -> Found:
    """Fetch the file, host it, and let every message that waits with this URL carry that instead.

    What was found has a failure when it can't be had or isn't taken by WhatsApp. Raises OSError when no store takes it.
    """
    shelf = _Shelf(database, store, asked, most_document_bytes)
    found, number = shelf.bring(clock(account_sid), url)
    if number is not None:
        database.write(partial(_carry_ours, account_sid=account_sid, url=url, number=number))
    return found


def carries_theirs(message: Message) -> bool:
    """A file of the message is at somebody else's URL."""
    return any(files.referred(url) is None for url in message.media_urls)


def resend_ours(
    database: Database, store: MediaStore, asked: PublicUrl, actor: Actor, message_id: int, most_document_bytes: int
) -> tuple[Found, Enqueued | None]:
    """Bring the files of a message here that are at somebody else's URLs, and send it again with ours.

    Nothing is sent when what was found has a failure. Raises NotAllowed, and OSError when no store takes a file.
    """
    access.require(actor, "message.send")
    message = database.read(lambda session: messages.by_id(session, actor.account_sid, message_id))
    done = message is not None and database.read(
        lambda session: resends.replaced(session, actor.account_sid, [message_id])
    )
    if message is None or done or not resend.may_be_sent_again(message) or message.text_deleted_at is not None:
        # It says why not, or which message came of it before.
        return Found(), database.write(lambda session: resend.send_again(session, actor, message_id))
    ours, shelf = [], _Shelf(database, store, asked, most_document_bytes)
    for url in message.media_urls:
        found, number = (Found(), files.referred(url)) if files.referred(url) is not None else shelf.bring(actor, url)
        if number is None:
            return found, None
        ours.append(files.reference(number))
    draft = replace(Draft.of(message), origin="", media_urls=tuple(ours))
    return Found(), database.write(lambda session: resend.send_changed(session, actor, message_id, draft))


@dataclass(frozen=True)
class _Shelf:
    """Where files are brought to."""

    database: Database
    store: MediaStore
    asked: PublicUrl
    most_document_bytes: int

    def bring(self, actor: Actor, url: str) -> tuple[Found, int | None]:
        """Fetch the file and host it; its number, or None where what was found has a failure."""
        with tempfile.TemporaryFile() as content:
            found = check_theirs(self.asked, url, self.most_document_bytes, content.write)
            if found.failure:
                return found, None
            content.seek(0)
            name = unquote(urlsplit(url).path).rpartition("/")[2] or "file"
            try:
                return found, files.host(self.database, self.store, actor, name, content, self.most_document_bytes)
            except FileRefused as error:
                return Found("type_not_accepted", error.kind.content_type), None


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
