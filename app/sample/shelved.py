"""The files that customers sent: their bytes, where they stand on the shelf, and their rows."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.domain.media import inbound as inbound_media
from app.domain.media.durations import seconds_of
from app.sample import files
from app.sample.entries import Entry
from app.sample.forms import file_of


def has_file(entry: Entry) -> bool:
    """Whether a customer's file came with it."""
    return entry.webhook is not None and bool(file_of(entry.said.tags))


def key(entry: Entry) -> str:
    """Where the entry's file stands on the shelf."""
    return f"in/{entry.sid.lower()}-0"


def content(entry: Entry) -> bytes:
    """The bytes of the entry's file."""
    tag = file_of(entry.said.tags)
    return files.content(tag, entry.said.tags[tag] if tag == "image" else "", int(entry.sid[-2:], 16) % 4)


def row(entry: Entry, message_id: int, fetched_at: datetime) -> dict[str, Any]:
    """The row of the entry's file, fetched."""
    assert entry.webhook is not None
    kept, said = content(entry), entry.webhook.value("MediaContentType0")
    kind = inbound_media.stored_type(kept, said)
    return {
        "account_sid": entry.webhook.account_sid,
        "message_id": message_id,
        "position": 0,
        "url": entry.webhook.value("MediaUrl0"),
        "content_type": said,
        "state": "fetched",
        "tries": 1,
        "next_try_at": fetched_at,
        "webhook_at": entry.said.at,
        "first_try_at": fetched_at,
        "fetched_at": fetched_at,
        "stored_type": kind,
        "size": len(kept),
        "seconds": seconds_of(kept, kind),
        "key": key(entry),
    }
