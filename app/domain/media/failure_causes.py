"""Why Twilio says that it got no file of ours (63019): told by the file, and by the receipts of its fetches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.media import outgoing
from app.domain.media.extensions import EXTENSIONS
from app.domain.media.files import referred
from app.domain.statuses import FAILURES
from app.media_words import FetchCause
from app.store.database import Session
from app.store.media import hosted as hosted_files
from app.store.tables import HostedFile, MediaFetch, Message
from app.urls import split

NOT_FETCHED = "63019"


@dataclass(frozen=True)
class Cause:
    """Why; `status` and `at` are those of the request that shows it, where one does."""

    code: FetchCause
    status: int = 0
    at: datetime | None = None
    content_type: str = ""


def causes(session: Session, account_sid: str, messages: Iterable[Message]) -> dict[int, Cause]:
    """The causes of those of these messages that failed so with a file that is hosted here."""
    failed = [message for message in messages if _failed_so(message)]
    if not failed:
        return {}
    receipts = hosted_files.receipts(session, account_sid, [message.id or 0 for message in failed])
    known = hosted_files.files(session, account_sid, {message.hosted_file_id or 0 for message in failed})
    found = {}
    for message in failed:
        file = known.get(message.hosted_file_id or 0)
        if file is not None and message.id is not None:
            found[message.id] = cause_of(file, receipts.get(message.id, []))
    return found


def host_of_theirs(message: Message, base_url: str) -> str:
    """The host of the first of a message's files that is on somebody else's server; '' where all are here.

    What was given as a URL under our own `base_url` is here too.
    """
    urls = [url for url in message.media_urls if referred(url) is None]
    theirs = next((url for url in urls if not base_url or not url.startswith(f"{base_url}/")), "")
    parts = split(theirs)
    return (parts.hostname if parts else None) or theirs


def cause_of(file: HostedFile, receipts: Sequence[MediaFetch]) -> Cause:
    """What is wrong with the file comes first, then how its last fetch was answered. `receipts` are first to last."""
    if not file.size:
        return Cause("empty")
    if file.content_type not in outgoing.ACCEPTED or not _extension_agrees(file):
        return Cause("wrong_type", content_type=file.content_type)
    if file.size > outgoing.most_bytes(file.content_type):
        return Cause("too_large", content_type=file.content_type)
    return _by_receipts(file, receipts)


def _by_receipts(file: HostedFile, receipts: Sequence[MediaFetch]) -> Cause:
    if not receipts:
        return Cause("never_fetched")
    last, whole = receipts[-1], [one for one in receipts if one.method == "GET" and one.status == 200]
    if whole and whole[-1].size >= file.size:
        return Cause("refused_after", 200, whole[-1].occurred_at)
    if last.status >= 400:
        code: FetchCause = "expired" if last.standing in ("expired", "revoked", "deleted") else "answered_error"
        return Cause(code, last.status, last.occurred_at)
    return Cause("not_whole", last.status, last.occurred_at)


def _failed_so(message: Message) -> bool:
    lost = message.state == "failed" or message.status in FAILURES
    return lost and message.error_code == NOT_FETCHED and message.hosted_file_id is not None


def _extension_agrees(file: HostedFile) -> bool:
    return file.name.rpartition(".")[2].lower() in EXTENSIONS.get(file.content_type, ())
