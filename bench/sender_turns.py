"""Turns of the product's sender and of the bare loop, with Twilio's stand-in as the one who counts."""

from __future__ import annotations

import contextlib
import json
import sys
import time
import urllib.request
from argparse import Namespace
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from app.store.database import Database, connect
from bench.kills_load import Load
from bench.outbox import Outbox
from bench.processor import seconds_used
from bench.stands import product
from bin.launch.child import Child, end
from bin.launch.environment import ROOT
from harness.processes import Stand
from harness.waiting import until

RECIPIENTS = 1000
START_SECONDS = 30.0
_SIDS = sa.text("SELECT sid FROM message WHERE account_sid = :account_sid AND direction = 'outbound' AND sid <> ''")


@dataclass(frozen=True)
class Turn:
    """Creates that the stand-in accepted a second, and the caller's processor time for each, in microseconds."""

    rate: float
    processor: float


@contextlib.contextmanager
def turns(options: Namespace, engine: str, rate: int) -> Iterator[Turns]:
    """The stand-in, slowed down and silent, and a filled address book."""
    settings = {"SENDER_RATE": str(rate), "SENDER_CONCURRENCY": str(options.concurrency)}
    with product(engine, "simulator", **settings) as stand:
        # No callbacks: what takes them in is another process, and another figure.
        quiet = {"latency_ms": options.latency_ms, "callbacks": "never", "window": "open"}
        Load.control(stand, "/control/settings", quiet)
        database = connect(stand.env["DATABASE_URL"])
        try:
            yield Turns(stand, database, options.concurrency)
        finally:
            database.close()


class Turns:
    """Lets one or the other send for a while."""

    def __init__(self, stand: Stand, database: Database, concurrency: int) -> None:
        env = stand.env
        self.account_sid, self.sender_address = env["TWILIO_ACCOUNT_SID"], env["TWILIO_WHATSAPP_FROM"]
        self.database = database
        self._stand = stand
        self._database = database
        self._concurrency = concurrency
        self._outbox = Outbox(database, env["TWILIO_ACCOUNT_SID"], env["TWILIO_WHATSAPP_FROM"], RECIPIENTS)
        self._sent: list[str] = []
        self._run_since = 0

    def sender(self, seconds: float, warm_up: float, count: int) -> Turn:
        """The product's worker, with `count` messages waiting."""
        self._outbox.fill(count)
        since = self._count()
        self._stand.start("worker")
        turn = self._watched(since, self._stand.pids("worker")[0], seconds, warm_up)
        self._stand.terminate("worker")
        self._outbox.clear()
        self._sent += [entry["sid"] for entry in self._record(since)]
        return turn

    def of_run(self, start: Callable[[], None], seconds: float, warm_up: float) -> Turn:
        """The product's worker once `start` has let a run out; it works until `end_run`."""
        self._run_since = self._count()
        self._stand.start("worker")
        start()
        return self._watched(self._run_since, self._stand.pids("worker")[0], seconds, warm_up)

    def know_template(self, sid: str, text: str) -> None:
        """Let the stand-in have an approved template."""
        Load.control(self._stand, "/control/templates", {"sid": sid, "text": text, "friendly_name": "bench"})

    def end_run(self) -> None:
        """Stop the worker."""
        self._stand.terminate("worker")
        self._sent += [entry["sid"] for entry in self._record(self._run_since)]

    @property
    def conversation_ids(self) -> list[int]:
        """Conversations whose customers have just written."""
        return self._outbox.conversation_ids

    def bare(self, seconds: float, warm_up: float) -> Turn:
        """The loop that only calls the SDK."""
        since, url = self._count(), self._stand.simulator_url
        length = warm_up + seconds + 1
        command = [sys.executable, "-m", "bench.bare_sender", url, str(self._concurrency), str(length)]
        child = Child("bare", command, self._stand.env, Path(self._stand.env["DATA_DIR"]) / "log/bare.log", ROOT)
        try:
            return self._watched(since, child.process.pid, seconds, warm_up)
        finally:
            child.process.wait(60)
            end([child])

    def all_is_exact(self) -> bool:
        """Whether what the sender sent is in the database under the SIDs of the record, and nothing else."""
        known = {"account_sid": self._stand.env["TWILIO_ACCOUNT_SID"]}
        kept = self._database.read(lambda session: list(session.execute(_SIDS, known).scalars()))
        return sorted(kept) == sorted(self._sent)

    def _watched(self, since: int, leader: int, seconds: float, warm_up: float) -> Turn:
        until(lambda: self._count() > since, START_SECONDS)
        time.sleep(warm_up)
        began, used = self._count(), seconds_used(leader)
        time.sleep(seconds)
        spent, made = seconds_used(leader) - used, self._count() - began
        first = _moment(self._record(since)[0]) + timedelta(seconds=warm_up)
        inside = [
            entry for entry in self._record(since) if first <= _moment(entry) < first + timedelta(seconds=seconds)
        ]
        return Turn(len(inside) / seconds, spent / max(made, 1) * 1e6)

    def _count(self) -> int:
        return int(self._asked("/control/record/count")["count"])

    def _record(self, since: int) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._asked(f"/control/record?since={since}")
        return found

    def _asked(self, path: str) -> Any:
        with urllib.request.urlopen(self._stand.simulator_url + path, timeout=60) as answer:
            return json.load(answer)


def _moment(entry: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(entry["at"])
