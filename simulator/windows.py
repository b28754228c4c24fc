"""Session windows: whom a sender may write free text to, which is who wrote to it within 24 hours."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

from simulator.journal import Journal
from simulator.ledger import Ledger

LENGTH = timedelta(hours=24)


class Windows:
    """Goes by the customers' messages that are kept here, and by what the control API told of others."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self._ledger = ledger
        self._journal = Journal(folder / "windows.jsonl")
        self._lock = threading.Lock()
        self._told: dict[tuple[str, str], datetime] = {}
        for row in self._journal.rows():
            self._told[row["customer"], row["sender"]] = datetime.fromisoformat(row["at"])

    def tell(self, customer: str, sender: str, at: datetime) -> None:
        """A customer wrote to a sender at `at`, past the stand-in."""
        with self._lock:
            self._told[customer, sender] = at
            self._journal.append({"customer": customer, "sender": sender, "at": at.isoformat()})

    def is_open(self, customer: str, sender: str, at: datetime) -> bool:
        """Whether the customer wrote to the sender within the 24 hours before `at`."""
        since = at - LENGTH
        told = self._told.get((customer, sender))
        return (told is not None and told > since) or self._ledger.heard_since(customer, sender, since)

    def reset(self) -> None:
        """Forget what was told."""
        with self._lock:
            self._told.clear()
            self._journal.clear()
