"""The account's contents: what templates hold, and how far their approval is."""

from __future__ import annotations

import re
import threading
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from simulator.journal import Journal
from simulator.message import now

SID = re.compile(r"HX[0-9a-fA-F]{32}")
# A name that was rejected is barred for as long.
BARRED_FOR = timedelta(days=30)


@dataclass
class Approval:
    """What WhatsApp says of a content that was submitted."""

    name: str
    category: str
    content_type: str = ""
    status: str = "received"
    rejection_reason: str = ""
    allow_category_change: bool = True


@dataclass
class Content:
    """One content SID; `approval` is None until it was submitted."""

    sid: str
    types: dict[str, Any]
    friendly_name: str = ""
    language: str = "en"
    variables: dict[str, str] = field(default_factory=dict)
    created: str = ""
    updated: str = ""
    approval: Approval | None = None

    @property
    def status(self) -> str:
        """How far its approval is."""
        return self.approval.status if self.approval else "unsubmitted"

    @classmethod
    def from_row(cls, row: dict[str, Any]) -> Content:
        """The opposite of `asdict`."""
        approval = row.get("approval")
        return cls(**{**row, "approval": Approval(**approval) if approval else None})


class Contents:
    """Contents by SID, the oldest first; each change is a line of a journal, read back at start."""

    def __init__(self, folder: Path) -> None:
        self._journal = Journal(folder / "contents.jsonl")
        self._lock = threading.RLock()
        self._by_sid: dict[str, Content] = {}
        self._barred: dict[str, datetime] = {}
        for row in self._journal.rows():
            self._replay(row)

    def put(self, content: Content) -> Content:
        """Keep a content as it is now."""
        with self._lock:
            moment = now().isoformat(timespec="seconds")
            known = self._by_sid.get(content.sid)
            content.created = content.created or (known.created if known else moment)
            content.updated = moment
            self._by_sid[content.sid] = content
            self._journal.append(asdict(content))
            return content

    def approve(self, sid: str, **changed: Any) -> Content | None:
        """Set what WhatsApp says of a content; None where it isn't there or was never submitted."""
        with self._lock:
            content = self.get(sid)
            if content is None or content.approval is None:
                return None
            for name, value in changed.items():
                setattr(content.approval, name, value)
            if content.approval.status == "rejected":
                self._bar(content.approval.name, now())
            return self.put(content)

    def remove(self, sid: str) -> None:
        """Forget a content."""
        with self._lock:
            self._by_sid.pop(sid, None)
            self._journal.append({"removed": sid})

    def get(self, sid: str) -> Content | None:
        """A copy of the content with this SID, if any."""
        with self._lock:
            return deepcopy(self._by_sid.get(sid))

    def all(self) -> list[Content]:
        """Copies of all, the newest first."""
        with self._lock:
            return [deepcopy(content) for content in reversed(self._by_sid.values())]

    def barred(self, name: str) -> bool:
        """Whether a template of this name was rejected lately."""
        return name in self._barred and now() - self._barred[name] < BARRED_FOR

    def reset(self) -> None:
        """Know none."""
        with self._lock:
            self._by_sid.clear()
            self._barred.clear()
            self._journal.clear()

    def _bar(self, name: str, at: datetime) -> None:
        self._barred[name] = at
        self._journal.append({"barred": name, "at": at.isoformat()})

    def _replay(self, row: dict[str, Any]) -> None:
        if "removed" in row:
            self._by_sid.pop(row["removed"], None)
        elif "barred" in row:
            self._barred[row["barred"]] = datetime.fromisoformat(row["at"])
        else:
            self._by_sid[row["sid"]] = Content.from_row(row)
