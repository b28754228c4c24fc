"""Media as Twilio keeps them: bytes on disk, their type, and the CDN path where they are handed out."""

from __future__ import annotations

import os
import threading
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from simulator import sids
from simulator.forms import API_VERSION
from simulator.journal import Journal
from simulator.message import now, rfc2822

CDN = "https://mms.twiliocdn.com"


@dataclass(frozen=True)
class Medium:
    """One file of one message; `secret` is the unguessable last part of its CDN path."""

    sid: str
    account_sid: str
    message_sid: str
    content_type: str
    file_name: str
    created: str
    secret: str

    @property
    def cdn_url(self) -> str:
        return f"{CDN}/{self.account_sid}/{self.secret}"

    def resource(self) -> dict[str, Any]:
        """The medium as Twilio's REST API shows it."""
        uri = f"/{API_VERSION}/Accounts/{self.account_sid}/Messages/{self.message_sid}/Media/{self.sid}.json"
        return {
            "account_sid": self.account_sid,
            "content_type": self.content_type,
            "date_created": self.created,
            "date_updated": self.created,
            "parent_sid": self.message_sid,
            "sid": self.sid,
            "uri": uri,
        }


class MediaShelf:
    """All media by SID and by CDN path."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "media"
        self._journal = Journal(folder / "media.jsonl")
        self._lock = threading.Lock()
        self._tries: Counter[str] = Counter()
        self._by_sid: dict[str, Medium] = {}
        self._by_secret: dict[str, Medium] = {}
        for row in self._journal.rows():
            if "removed" in row:
                gone = self._by_sid.pop(row["removed"])
                del self._by_secret[gone.secret]
            else:
                self._keep(Medium(**row))

    def put(self, account_sid: str, message_sid: str, content: bytes, content_type: str, file_name: str) -> Medium:
        """Keep one file for a message."""
        medium = Medium(
            sid=sids.new("ME"),
            account_sid=account_sid,
            message_sid=message_sid,
            content_type=content_type,
            file_name=file_name,
            created=rfc2822(now()),
            secret=os.urandom(24).hex(),
        )
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / medium.sid).write_bytes(content)
        with self._lock:
            self._keep(medium)
        self._journal.append(asdict(medium))
        return medium

    def get(self, sid: str) -> Medium | None:
        return self._by_sid.get(sid)

    def by_secret(self, secret: str) -> Medium | None:
        return self._by_secret.get(secret)

    def content(self, medium: Medium) -> bytes:
        """The bytes of a medium."""
        return (self._folder / medium.sid).read_bytes()

    def tries(self, sid: str) -> int:
        """Count one more request for a medium; how many there were with this one."""
        with self._lock:
            self._tries[sid] += 1
            return self._tries[sid]

    def remove(self, medium: Medium) -> None:
        """Forget one medium, as a DELETE asks."""
        with self._lock:
            self._by_sid.pop(medium.sid, None)
            self._by_secret.pop(medium.secret, None)
        self._journal.append({"removed": medium.sid})
        (self._folder / medium.sid).unlink(missing_ok=True)

    def reset(self) -> None:
        """Forget all media and remove their files."""
        with self._lock:
            for sid in self._by_sid:
                (self._folder / sid).unlink(missing_ok=True)
            self._by_sid.clear()
            self._by_secret.clear()
            self._tries.clear()
            self._journal.clear()

    def _keep(self, medium: Medium) -> None:
        self._by_sid[medium.sid] = medium
        self._by_secret[medium.secret] = medium
