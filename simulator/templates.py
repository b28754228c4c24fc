"""The account's templates: the Content SIDs that may be sent, and their texts."""

from __future__ import annotations

import json
import re
import threading
from pathlib import Path

from simulator.journal import Journal

SID = re.compile(r"HX[0-9a-fA-F]{32}")
PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")


class Templates:
    """Texts by Content SID; a template is known once the control API added it."""

    def __init__(self, folder: Path) -> None:
        self._journal = Journal(folder / "templates.jsonl")
        self._lock = threading.Lock()
        self._texts: dict[str, str] = {row["sid"]: row["text"] for row in self._journal.rows()}

    def add(self, sid: str, text: str) -> None:
        """Know a template by its SID; its text has placeholders such as {{1}}."""
        with self._lock:
            self._texts[sid] = text
            self._journal.append({"sid": sid, "text": text})

    def all(self) -> dict[str, str]:
        """Every text by its SID."""
        with self._lock:
            return dict(self._texts)

    def knows(self, sid: str) -> bool:
        """Whether there is a template with this SID."""
        return sid in self._texts

    def filled(self, sid: str, variables: str) -> str:
        """The template's text with the values of a ContentVariables; a placeholder without one stays."""
        values = json.loads(variables or "{}")
        return PLACEHOLDER.sub(lambda match: str(values.get(match[1], match[0])), self._texts.get(sid, ""))

    def reset(self) -> None:
        """Know none."""
        with self._lock:
            self._texts.clear()
            self._journal.clear()
