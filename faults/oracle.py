"""The oracle: what the stand-in wrote down against what the database holds, I1 to I6."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.domain.media import arrivals
from app.domain.statuses import RANK
from faults import consistency

_PATH = re.compile(r"/twilio/status/(\d+)/(\d+)")
_KEYS = "SELECT key, state FROM journal WHERE account_sid = :account"
_INBOUND = (
    "SELECT m.sid, count(f.id) FROM message m LEFT JOIN feed_event f ON f.account_sid = m.account_sid"
    " AND f.message_id = m.id AND f.kind = 'inbound' WHERE m.account_sid = :account AND m.direction = 'inbound'"
    " GROUP BY m.id, m.sid"
)
_TOLD = "SELECT sid, status, error_code FROM status_event WHERE account_sid = :account"
_OURS = "SELECT id, state, sid FROM message WHERE account_sid = :account AND direction = 'outbound' AND origin = ''"
_SHOWN = (
    "SELECT message_id, word, detail FROM feed_event WHERE account_sid = :account AND kind = 'status'"
    " AND message_id IS NOT NULL ORDER BY id"
)
_HOSTED = "SELECT key, size FROM hosted_file WHERE account_sid = :account"
_FILES = "SELECT message_id, position, state, size, key FROM inbound_media WHERE account_sid = :account"
Webhooks = list[dict[str, Any]]


@dataclass(frozen=True)
class Violation:
    """A promise that did not hold: its name (I1 to I6), and where."""

    promise: str
    what: str

    def __str__(self) -> str:
        return f"{self.promise}: {self.what}"


@dataclass(frozen=True)
class Place:
    """Where the product of a run keeps its things."""

    database_url: str
    account_sid: str
    media: Path
    spool: Path


def look(place: Place, record: list[dict[str, Any]], webhooks: Webhooks) -> list[Violation]:
    """Everything that is not as it must be, once nothing is under way any more."""
    engine = sa.create_engine(place.database_url)
    try:
        with engine.connect() as connection:
            rows = _Rows(connection, place.account_sid)
            return [
                *_webhooks_once(rows, webhooks, _spooled(place.spool)),
                *_sent_once(rows, record),
                *(Violation("I3", what) for what in consistency.stuck(connection, place.account_sid)),
                *_never_down(rows),
                *(Violation("I5", what) for what in consistency.broken(connection, place.account_sid)),
                *_files(rows, place.media / place.account_sid),
                *_hosted(rows, place.media / place.account_sid),
            ]
    finally:
        engine.dispose()


class _Rows:
    """Named queries' rows of one account."""

    def __init__(self, connection: sa.Connection, account_sid: str) -> None:
        self._connection = connection
        self._account_sid = account_sid

    def of(self, query: str) -> list[Any]:
        return list(self._connection.execute(sa.text(query), {"account": self._account_sid}))


def _spooled(folder: Path) -> Counter[str]:
    """SIDs of what waits in the spool."""
    entries = (json.loads(file.read_bytes()) for file in folder.glob("*.json"))
    return Counter(dict(entry["pairs"]).get("MessageSid", "") for entry in entries)


def _webhooks_once(rows: _Rows, webhooks: Webhooks, spooled: Counter[str]) -> Iterator[Violation]:
    """I1: every webhook answered 2xx is stored, or spooled, exactly once, and applied exactly once."""
    states = dict(rows.of(_KEYS))
    applied: Counter[str] = Counter()
    for sid, times in rows.of(_INBOUND):
        applied[sid] += times
    told = Counter((sid, status, code) for sid, status, code in rows.of(_TOLD))
    for key, hook in {key_of(hook): hook for hook in webhooks if 200 <= hook["answer"] < 300}.items():
        if key not in states:
            if not spooled[hook["sid"]]:
                yield Violation("I1", f"{key} was answered {hook['answer']} and is stored nowhere")
            continue
        if states[key] != "applied":
            yield Violation("I1", f"{key} is {states[key]}")
        if not key.startswith("inbound:"):
            times = told[(hook["sid"], hook["status"], hook["error_code"])]
        else:
            times = applied[hook["sid"]]
        if times != 1:
            yield Violation("I1", f"{key} is applied {times} times")
    yield from (Violation("I1", f"{sid} is applied {times} times") for sid, times in applied.items() if times != 1)


def key_of(hook: dict[str, Any]) -> str:
    """The key under which the journal keeps a webhook of the stand-in's log."""
    if hook["url"].partition("#")[0].endswith(("/inbound", "/fallback")):
        return f"inbound:{hook['sid']}"
    told = f"status:{hook['sid']}:{hook['status']}:{hook['error_code'][:20]}"
    named = _PATH.search(hook["url"])
    return f"{told}:{named[1]}.{named[2]}" if named else told


def message_of(create: dict[str, Any]) -> int:
    """Our own message that an accepted create was made for, by its callback's path; 0 for another program's."""
    named = _PATH.search(create["params"].get("StatusCallback", [""])[0])
    return int(named[1]) if named else 0


def _sent_once(rows: _Rows, record: list[dict[str, Any]]) -> Iterator[Violation]:
    """I2: what was asked for once is in Twilio's record at most once; and nobody says otherwise of what is there."""
    ours = {row.id: row for row in rows.of(_OURS)}
    creates = Counter(message_of(create) for create in record)
    for number, times in creates.items():
        if number and times > 1:
            yield Violation("I2", f"message {number} was sent {times} times")
    for create in record:
        message = ours.get(message_of(create))
        if message is None:
            continue
        if message.state not in ("accepted", "unconfirmed", "sending"):
            yield Violation("I2", f"message {message.id} was sent and is shown as {message.state}")
        if message.state == "accepted" and message.sid != create["sid"]:
            yield Violation("I2", f"message {message.id} is {create['sid']} at Twilio and {message.sid} here")
    sids = {create["sid"] for create in record}
    for message in ours.values():
        if message.state == "accepted" and message.sid and message.sid not in sids:
            yield Violation("I2", f"message {message.id} is shown as sent, and Twilio has no {message.sid}")


def _never_down(rows: _Rows) -> Iterator[Violation]:
    """I4: no status that was shown is lower in rank than one that was shown before it."""
    shown: dict[tuple[int, str], str] = {}
    for number, word, detail in rows.of(_SHOWN):
        sid = (json.loads(detail) if isinstance(detail, str) else detail).get("sid", "")
        before = shown.get((number, sid), "")
        if RANK.get(word, -1) < RANK.get(before, -1):
            yield Violation("I4", f"message {number} went from {before} to {word}")
        shown[(number, sid)] = word


def _files(rows: _Rows, folder: Path) -> Iterator[Violation]:
    """I6: every row that says its file is here has it, whole; every file here belongs to a row."""
    there = _sizes(folder, "in")
    belonging: set[str] = set()
    for row in rows.of(_FILES):
        belonging.update(arrivals.keys_of(f"in/{row.message_id}-{row.position}"))
        if row.state == "fetched" and there.get(row.key) != row.size:
            yield Violation("I6", f"{row.key} has {row.size} bytes, and its file {there.get(row.key)}")
    yield from (Violation("I6", f"the file {key} belongs to no row") for key in there.keys() - belonging)


def _hosted(rows: _Rows, folder: Path) -> Iterator[Violation]:
    """I6 for the files that we send."""
    there = _sizes(folder, "out")
    kept = dict(rows.of(_HOSTED))
    for key in there.keys() | kept.keys():
        if there.get(key) != kept.get(key):
            yield Violation("I6", f"{key} has {kept.get(key)} bytes by its row, and {there.get(key)} by its file")


def _sizes(folder: Path, name: str) -> dict[str, int]:
    """Whole files by key. What a killed process left half-written no reader can reach, and the clock removes it."""
    whole = (file for file in (folder / name).glob("*") if file.is_file() and not file.name.startswith("."))
    return {f"{name}/{file.name}": file.stat().st_size for file in whole}
