"""Two media stores as one, while files go from one to the other (MEDIA_STORE_BEFORE)."""

from __future__ import annotations

from datetime import datetime

from app.gateways.media_store import MediaMissing, MediaStore, StoredFile, read_whole
from app.gateways.streams import Readable, Stored


class TwoStores:
    """Writes into `store`, and finds what is still in `before`."""

    def __init__(self, store: MediaStore, before: MediaStore) -> None:
        self.store = store
        self.before = before

    def write_stream(self, account_sid: str, key: str, stream: Readable) -> Stored:
        """Keep the file in the new store."""
        return self.store.write_stream(account_sid, key, stream)

    def open(self, account_sid: str, key: str) -> StoredFile:
        """The file, open, wherever it is. Raises MediaMissing."""
        for store in (self.store, self.before):
            try:
                return store.open(account_sid, key)
            except MediaMissing:
                continue
        # It may have moved in between.
        return self.store.open(account_sid, key)

    def write(self, account_sid: str, key: str, content: bytes) -> None:
        """Keep a small file in the new store."""
        self.store.write(account_sid, key, content)

    def read(self, account_sid: str, key: str) -> bytes:
        """A small file's bytes. Raises MediaMissing."""
        return read_whole(self, account_sid, key)

    def delete(self, account_sid: str, key: str) -> None:
        """Forget the file in both. The old one first: `move` looks there before it leaves a copy in the new one."""
        self.before.delete(account_sid, key)
        self.store.delete(account_sid, key)

    def keys(self, account_sid: str, prefix: str, before: datetime | None = None) -> list[str]:
        """The keys of both that begin with `prefix`, in order; those written before then."""
        stores = (self.store, self.before)
        return sorted({key for store in stores for key in store.keys(account_sid, prefix, before)})

    def forget_unfinished(self, account_sid: str, before: datetime) -> int:
        """Remove what a process that died had begun to write before then; returns how many."""
        return sum(store.forget_unfinished(account_sid, before) for store in (self.store, self.before))
