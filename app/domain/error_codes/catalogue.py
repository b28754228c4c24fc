"""Twilio's error codes in our own words. One table, `catalogue.tsv`, that every door reads.

Causes and remedies from Twilio's error dictionary, https://www.twilio.com/docs/api/errors.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

TABLE = Path(__file__).with_name("catalogue.tsv")
PAGE = "https://www.twilio.com/docs/api/errors"
SENTENCES = ("what", "why", "do")

WHOSE = ("customer", "content", "sender", "ours")
RETRIES = ("later", "after_fix", "no")
ACTIONS = (
    "send_template",
    "rehost_media",
    "record_opt_out",
    "check_number",
    "fix_variable",
    "slow_down",
    "open_doctor",
    "wait",
    "contact_support",
    "none",
)
_UNKNOWN = {
    "what": "This version does not know the code",
    "why": "Twilio gave it for this message; its page for the code says what it means.",
    "do": "Read that page, or give the message's SID to Twilio's support.",
    "whose": "unknown",
    "retry": "unknown",
    "action": "contact_support",
}


@dataclass(frozen=True)
class Entry:
    """The meaning of a code. `what` is a heading without its full stop, `why` and `do` are sentences, all in English.

    `whose` doing it is (WHOSE), whether a `retry` can help (RETRIES), and what to do as a code (`action`, ACTIONS);
    `whose` and `retry` are unknown for a code that isn't in the table.
    """

    code: str
    what: str
    why: str
    do: str
    whose: str
    retry: str
    action: str
    known: bool = True

    @property
    def url(self) -> str:
        """Twilio's page for the code; its dictionary's first page for what can't be a code."""
        return f"{PAGE}/{self.code}" if self.code.isascii() and self.code.isdigit() else PAGE

    def as_json(self) -> dict[str, Any]:
        """What the commands show."""
        shown = {name: getattr(self, name) for name in (*SENTENCES, "whose", "retry", "action")}
        return {"code": self.code, **shown, "url": self.url}


def entry(code: str) -> Entry:
    """The catalogue's entry for a code; an unknown one says so and links to Twilio's page."""
    return _table().get(code) or Entry(code=code, known=False, **_UNKNOWN)


def entries() -> list[Entry]:
    """The whole table, by code."""
    return list(_table().values())


def extract(fileobj: IO[bytes], *_: Any) -> Iterator[tuple[int, str, str, list[str]]]:
    """The table's sentences for gettext's catalogues, as Babel asks for them: line, function, text, notes."""
    for number, row in enumerate(_rows(fileobj.read().decode().splitlines()), start=2):
        yield from ((number, "_", row[name], [f"{name} of {row['code']}"]) for name in SENTENCES)
    yield from ((0, "_", _UNKNOWN[name], [f"{name} of a code that isn't known"]) for name in SENTENCES)


@cache
def _table() -> dict[str, Entry]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: Entry(**row) for row in _rows(lines)}  # type: ignore[arg-type]


def _rows(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
