"""The files that the team sent: their bytes on the shelf, and their rows. A name without an extension is elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.domain.media.file_types import examine
from app.sample import files
from app.sample.entries import Entry, Ours

# WhatsApp refuses these for the extension that they lack (63019), and they were hosted by somebody else.
_ELSEWHERE = "https://files.example.com"


def name(entry: Entry) -> str:
    """The file that a message of the team carries; '' for one without."""
    return entry.said.tags.get("media", "") if entry.outcome is not None else ""


def names(told: Sequence[Entry]) -> list[str]:
    """The files that are hosted here, each once."""
    return sorted({file for entry in told if "." in (file := name(entry))})


def key(file: str) -> str:
    """Where the file stands on the shelf."""
    return f"out/sample-{file}"


def content(file: str) -> bytes:
    """The bytes of the file."""
    return files.content("document", "", 0) if file.endswith(".pdf") else files.content("image", "wheel", 1)


def row(ours: Ours, file: str) -> dict[str, Any]:
    """The row of the file."""
    kept = content(file)
    return {
        "account_sid": ours.account_sid,
        "name": file,
        "content_type": examine(file, kept).content_type,
        "size": len(kept),
        "key": key(file),
        "author_kind": "agent",
        "created_at": ours.at,
    }


def elsewhere(file: str) -> str:
    """The address of a file that somebody else hosts."""
    return f"{_ELSEWHERE}/{file}"
