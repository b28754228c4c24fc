"""Webhooks: signed, posted, and written down with their answers."""

from __future__ import annotations

import threading
import uuid
from collections import deque
from pathlib import Path
from typing import Any

from simulator.journal import Journal
from simulator.message import now
from simulator.posting import Answer, Poster
from simulator.signing import encode, signed_headers

KEPT = 100_000


class Webhooks:
    """Posts forms as Twilio does and keeps a log of what was answered, across restarts."""

    def __init__(self, folder: Path, auth_token: str) -> None:
        self._token = auth_token
        self._poster = Poster()
        self._journal = Journal(folder / "webhooks.jsonl")
        self._lock = threading.Lock()
        self.log: deque[dict[str, Any]] = deque(self._journal.rows(), maxlen=KEPT)
        self.count = self.log[-1]["n"] if self.log else 0
        self._resets = 0

    def post(self, url: str, form: dict[str, str], *, idempotency: str = "") -> Answer:
        """Sign and post one form; the answer says what happened, nothing is raised."""
        token = idempotency or str(uuid.uuid4())
        resets, started = self._resets, now()
        answer = self._poster.deliver(url, encode(form), signed_headers(url, form, self._token, token))
        entry = {
            "at": started.isoformat(),
            "url": url,
            "sid": form.get("MessageSid", ""),
            "status": form.get("MessageStatus") or form.get("SmsStatus", ""),
            "error_code": form.get("ErrorCode", ""),
            "token": token,
            "answer": answer.status,
            "error": answer.error,
            "ms": answer.ms,
            "tries": answer.tries,
        }
        with self._lock:
            # One that was under way when all was forgotten is forgotten too.
            if resets == self._resets:
                self.count += 1
                entry["n"] = self.count
                self.log.append(entry)
                self._journal.append(entry)
        return answer

    def since(self, number: int, limit: int = KEPT) -> list[dict[str, Any]]:
        """The log after entry `number`, oldest first."""
        with self._lock:
            found = [entry for entry in self.log if entry["n"] > number]
        return found[:limit]

    def last(self, limit: int) -> list[dict[str, Any]]:
        """The newest entries, newest first."""
        with self._lock:
            return [self.log[-index] for index in range(1, min(limit, len(self.log)) + 1)]

    def reset(self) -> None:
        """Forget the log."""
        with self._lock:
            self._resets += 1
            self.log.clear()
            self.count = 0
            self._journal.clear()
