"""One run's ground: the product's processes on a fresh database, its stand-in for Twilio, and the oracle."""

from __future__ import annotations

import itertools
import socket
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.gate.draft import Draft
from app.domain.media import files
from app.domain.sending import outbox
from app.domain.webhooks.receive import receive
from app.domain.webhooks.webhook import Webhook
from app.gateways.media_store import Folder
from app.store import accounts
from app.store.database import Session, connect
from app.store.errors import DatabaseUnavailable
from bench.posts import Writer
from bin.launch.child import Child
from bin.launch.programs import start
from faults import oracle
from faults.books import Books
from faults.processes import Leader, Nursery
from harness.processes import Stand
from harness.standin import USUAL, StandIn
from harness.waiting import until
from simulator import forms

SENDERS = ("whatsapp:+14155238886", "whatsapp:+14155238887")
# Calls may leave as fast as they can: what is tried here is not the pace.
_SETTINGS = {"SENDER_RATE": "0", "SENDER_CONCURRENCY": "50", "WEB_CONCURRENCY": "1", "LOG_LEVEL": "WARNING"}
_WAIT_SECONDS = 90.0
_START_SECONDS = 60.0
_TRIES = 5


class Ground:
    """Starts with the stand-in only; `web` and `workers` start the rest, and start it anew with other settings."""

    def __init__(self, folder: Path, database_url: str, *, quick: bool = False, **settings: str) -> None:
        self.quick = quick
        self.folder = folder
        self.stand = Stand(folder, database_url, **{**_SETTINGS, **settings})
        self.account = self.stand.env["TWILIO_ACCOUNT_SID"]
        self.database = connect(database_url)
        self.database.write(lambda session: accounts.ensure(session, self.account, now()))
        self.books = Books(self.database, self.account)
        self._simulator = self._start_stand_in()
        self._web: Leader | None = None
        self._web_as = ("", 0)
        self._nursery = Nursery(self.stand.env, folder / "log")
        self.stand_in = StandIn(self.stand.simulator_url)
        self._workers: list[Leader] = []
        self.agent = Actor("agent", self.account, "Kim", role="agent")
        self._customers = itertools.count(1)
        self._asked = itertools.count(1)
        self.begin_anew()

    def begin_anew(self) -> None:
        """The stand-in as at its start; what was sent and received before stays."""
        self.stand_in.behave()
        self.stand_in.settings(**USUAL)

    def web(self, *, crash_at: str = "", concurrency: int = 1) -> Leader:
        """Start the web process, or end it and start it anew."""
        if self._web and self._web.running:
            wanted = (crash_at, concurrency)
            if not crash_at and self._web_as == wanted:
                return self._web
            self.no_web()
        env = {**self.stand.env, "CRASH_AT": crash_at, "WEB_CONCURRENCY": str(concurrency)}
        self._web, self._web_as = self._nursery.web(env), (crash_at, concurrency)
        until(lambda: listens(self.stand.env["PORT"]), _START_SECONDS)
        return self._web

    def no_web(self) -> None:
        """Kill the web process, if it runs, and wait until nobody listens in its place."""
        if self._web:
            self._web.kill()
            # Its workers may die a moment after it, and hold the socket until then: the next one would seem to listen.
            until(lambda: not listens(self.stand.env["PORT"]), _START_SECONDS)

    def workers(self, *, crash_at: str = "", count: int = 1, **settings: str) -> Leader:
        """Start workers; those that a run started before and did not end go on."""
        if self.quick:
            self.books.let_leases_pass()
        env = {**self.stand.env, **settings, "CRASH_AT": crash_at, "FAULT_WORKERS": str(count)}
        self._workers.append(self._nursery.workers(env))
        return self._workers[-1]

    def no_workers(self) -> None:
        """End all workers in an orderly way."""
        for workers in self._workers:
            workers.stop()
        self._workers.clear()

    def customers(self, number: int, sender: str = SENDERS[0], numbers: str = "+1415") -> list[tuple[str, int]]:
        """So many new customers who wrote just now: each one's address, whose number begins so, and conversation."""
        addresses = [f"whatsapp:{numbers}{2000000 + next(self._customers):07d}" for _ in range(number)]
        line = forms.Line(self.account, sender)

        def write(session: Session) -> None:
            for address in addresses:
                form = forms.inbound(line, forms.Inbound(sender=address, body="Hello", profile_name=address[-4:]))
                receive(session, Webhook(self.account, "inbound", tuple(form.items()), "/twilio/inbound", now()))

        self.database.write(write)
        return list(zip(addresses, self.books.conversations(addresses, sender), strict=True))

    def ask(self, conversation: int, body: str, key: str = "", *, media: tuple[str, ...] = ()) -> int:
        """An agent asks to send, once more where the database could not take it; returns the message's number."""
        key, draft = key or f"ask:{next(self._asked)}", Draft(body=body, media_urls=media)
        for left in reversed(range(_TRIES)):
            try:
                asked = self.database.write(
                    lambda session: outbox.enqueue(session, self.agent, conversation, draft, key)
                )
                break
            except DatabaseUnavailable:
                if not left:
                    raise
        assert asked.message_id is not None, asked.decision
        return asked.message_id

    def host(self, name: str, content: bytes) -> str:
        """Keep a file to be sent; returns what a message names it by."""
        shelf = Folder(Path(self.stand.env["DATA_DIR"]) / "media")
        return files.reference(files.host(self.database, shelf, self.agent, name, content))

    def writer(self, seed: int = 1, sender: str = SENDERS[0]) -> Writer:
        """What makes genuine webhooks without the stand-in."""
        env = self.stand.env
        return Writer(self.account, env["TWILIO_AUTH_TOKEN"], env["PUBLIC_BASE_URL"], sender, seed)

    def wait(self, condition: Any, seconds: float = _WAIT_SECONDS) -> None:
        """Wait for a condition, a little patiently: it asks the database."""
        until(condition, seconds, every=0.1)

    def wait_for_spool(self) -> None:
        """Wait until what the database could not take at once, and was answered all the same, has been taken in."""
        spool = Path(self.stand.env["DATA_DIR"]) / "spool"
        self.wait(lambda: not list(spool.glob("*.json")), 60)

    def look(self, posted: Sequence[dict[str, Any]] = ()) -> list[oracle.Violation]:
        """What the oracle objects to; `posted` is what was posted past the stand-in, as entries of its log."""
        data = Path(self.stand.env["DATA_DIR"])
        place = oracle.Place(self.database.url, self.account, data / "media", data / "spool")
        return oracle.look(place, self.stand_in.record(), [*self.stand_in.webhooks(), *posted])

    def stop(self) -> None:
        """End everything."""
        for leader in (*self._workers, *([self._web] if self._web else ())):
            leader.kill()
        self._nursery.stop()
        self._simulator.kill()
        self.database.close()

    def __enter__(self) -> Ground:
        return self

    def __exit__(self, kind: type[BaseException] | None, _e: BaseException | None, _t: TracebackType | None) -> None:
        self.stop()

    def _start_stand_in(self) -> Child:
        # The product knows one sender of its own and learns of others by what is written to them.
        env = {**self.stand.env, "TWILIO_WHATSAPP_FROM": ",".join(SENDERS)}
        child = start("simulator", env, self.folder / "log")
        until(lambda: listens(self.stand.env["SIMULATOR_PORT"]), 60)
        return child


def listens(port: str) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) == 0
