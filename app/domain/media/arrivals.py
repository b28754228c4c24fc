"""Keep a customer's file as it came, and what its content shows, so that nobody reads it again to show it.

`details` of the row: `codec`, `width` and `height`, `pages` of a PDF, `cards` of a contact card, and `thumbnail` where
there is one, under the file's key with `_THUMBNAIL` behind it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from app.domain.media import contact_cards, kinds, pdf_pages, thumbnails
from app.gateways.media_store import MediaStore

_THUMBNAIL = ".thumb"


@dataclass(frozen=True)
class Arrived:
    """A file that is kept now."""

    key: str
    size: int
    content_type: str
    seconds: int | None
    details: dict[str, Any] = field(default_factory=dict)


def keep(store: MediaStore, account_sid: str, key: str, content: bytes, declared: str, name: str) -> Arrived:
    """Store the file and its thumbnail. Raises OSError when no disk takes them."""
    kind = kinds.tell(content, declared, name)
    # The file first: a crash in between is mended by the next try, which writes the same keys.
    store.write(account_sid, key, content)
    details: dict[str, Any] = {}
    if kind.codec:
        details["codec"] = kind.codec
    if kind.pixels:
        details |= {"width": kind.width, "height": kind.height}
    small = thumbnails.made_of(content, kind)
    if small is not None:
        store.write(account_sid, thumbnail_key(key), small)
        details["thumbnail"] = True
    if kind.content_type == "application/pdf" and (pages := pdf_pages.pages_of(content)):
        details["pages"] = pages
    if kind.content_type == "text/x-vcard":
        details["cards"] = [asdict(card) for card in contact_cards.cards_of(content)]
    return Arrived(key, len(content), kind.content_type, kind.seconds, details)


def thumbnail_key(key: str) -> str:
    """Where the thumbnail of the file under this key is."""
    return f"{key}{_THUMBNAIL}"


def keys_of(key: str) -> tuple[str, str]:
    """All that is kept of the file under this key, whether it has a thumbnail or not."""
    return key, thumbnail_key(key)
