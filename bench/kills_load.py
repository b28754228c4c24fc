"""The load of a kill run: customers who write, agents who answer, each until it worked."""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
import urllib.request
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from app.domain.actor import Actor
from app.domain.sending import outbox
from app.store.database import connect
from app.store.errors import DatabaseUnavailable
from bench.posts import Posted
from bench.stands import writer
from bench.wire import Broken, Wire
from harness.processes import Stand

CUSTOMERS, AGENTS = 4, 2
CONTACTS = 150
PAUSE_SECONDS = 0.03
_CONVERSATIONS = sa.text("SELECT id FROM conversation WHERE account_sid = :account_sid ORDER BY id")


class Load:
    """Customers post webhooks, again and again until 2xx; agents ask for replies with the product's own verb."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand
        self._port = int(stand.env["PORT"])
        self._database = connect(stand.env["DATABASE_URL"])
        self._agent = Actor("agent", stand.env["TWILIO_ACCOUNT_SID"], "figures", role="agent")
        self._writer = writer(stand)
        self._lock = threading.Lock()
        self._ending = threading.Event()
        self._numbers = itertools.count(1)
        self._threads = [threading.Thread(target=self._guarded, args=(self._customer,)) for _ in range(CUSTOMERS)]
        self._threads += [threading.Thread(target=self._guarded, args=(self._agent_at_work,)) for _ in range(AGENTS)]
        self.answered: list[Posted] = []
        self.repeated = 0
        self.asked: dict[str, int] = {}
        self.errors: list[str] = []

    @property
    def taken_in(self) -> int:
        """Webhooks that were answered 2xx."""
        return len(self.answered)

    def start(self) -> None:
        """Every contact writes once, which opens the windows; then all begin."""
        for contact in range(CONTACTS):
            self._post_until_taken(self._writer.inbound(contact=contact))
        account = {"account_sid": self._agent.account_sid}
        rows = self._database.read(lambda session: session.execute(_CONVERSATIONS, account).all())
        self._conversations = [row[0] for row in rows]
        for thread in self._threads:
            thread.start()

    def go_on_for(self, seconds: float) -> None:
        """Let it run."""
        self._ending.wait(seconds)

    def stop(self) -> None:
        """Nobody begins anything new; returns when what was begun is done."""
        self._ending.set()
        for thread in self._threads:
            thread.join()
        self._database.close()

    @staticmethod
    def control(stand: Stand, path: str, asked: dict[str, Any] | None = None) -> Any:
        """Ask the stand-in's control API."""
        data = json.dumps(asked).encode() if asked is not None else None
        request = urllib.request.Request(f"{stand.simulator_url}{path}", data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            while not self._ending.wait(random.uniform(0, 2 * PAUSE_SECONDS)):
                work()
        except Exception as error:
            self.errors.append(f"{type(error).__name__}: {error}")

    def _customer(self) -> None:
        with self._lock:
            posted = self._writer.inbound(contact=random.randrange(CONTACTS))
        self._post_until_taken(posted)

    def _post_until_taken(self, posted: Posted) -> None:
        deadline = time.monotonic() + 60
        while (status := self._answer(posted)) is None or status >= 500:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{posted.key} was never taken: {status}")
            self.repeated += 1
            time.sleep(0.1)
        if not 200 <= status < 300:
            raise AssertionError(f"{posted.key} was answered {status}")
        self.answered.append(posted)

    def _answer(self, posted: Posted) -> int | None:
        try:
            return Wire(self._port).ask(posted.request)
        except (Broken, OSError):
            return None

    def _agent_at_work(self) -> None:
        body = f"reply {next(self._numbers):06d}"
        conversation_id = random.choice(self._conversations)
        while True:
            try:
                asked = self._database.write(
                    lambda session: outbox.enqueue_text(session, self._agent, conversation_id, body, request_key=body)
                )
                break
            except DatabaseUnavailable:
                time.sleep(0.1)
        assert asked.message_id is not None, asked.decision
        self.asked[body] = asked.message_id
