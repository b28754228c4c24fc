"""What becomes of an accepted message: its statuses, and the callbacks that tell of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from simulator import forms
from simulator.clockwork import Clockwork
from simulator.errors import FAILURES
from simulator.knobs import Knobs
from simulator.ledger import Ledger
from simulator.media import MediaShelf
from simulator.message import Message, now
from simulator.outgoing import FetchFailed, fetch
from simulator.webhooks import Webhooks

RANK = {
    "accepted": 0,
    "queued": 1,
    "sent": 2,
    "failed": 3,
    "undelivered": 3,
    "canceled": 3,
    "delivered": 3,
    "read": 4,
}


@dataclass(frozen=True)
class Step:
    """One thing that happens `delay` seconds after the one before: the status changes, or a callback is
    posted.
    """

    delay: float
    act: str
    word: str


def plan(words: list[tuple[str, float]], mode: str, late_seconds: float) -> list[Step]:
    """The steps for these statuses and their delays, in one of the callback modes."""
    changes = [Step(delay, "change", word) for word, delay in words]
    posts = [Step(0, "post", word) for word, _ in words]
    if mode == "never":
        return changes
    if mode == "out_of_order":
        return changes + posts[::-1]
    if mode == "late":
        return [*changes, Step(late_seconds, "wait", ""), *posts]
    times = 2 if mode == "doubled" else 1
    return [step for change, post in zip(changes, posts, strict=True) for step in [change, *[post] * times]]


class Delivery:
    """Takes accepted messages through their statuses."""

    def __init__(
        self,
        ledger: Ledger,
        media: MediaShelf,
        webhooks: Webhooks,
        clockwork: Clockwork,
        knobs: Callable[[], Knobs],
        first_sender: str,
    ) -> None:
        self._ledger = ledger
        self._media = media
        self._webhooks = webhooks
        self._clockwork = clockwork
        self._knobs = knobs
        self._first_sender = first_sender

    def start(self, message: Message) -> None:
        """Begin; in the mode before_answer the first callback is posted before this returns."""
        if message.kept["mode"] == "before_answer":
            self._first_at_once(message)
        else:
            self._clockwork.after(0, lambda: self._begin(message))

    def resume(self) -> None:
        """Go on with what a restart of the stand-in interrupted."""
        for message in self._ledger.matching(lambda m: m.direction != "inbound" and RANK.get(m.status, 3) < 3):
            self._clockwork.after(0, lambda message=message: self._begin(message))  # type: ignore[misc]

    def read(self, customer: str) -> None:
        """The customer looked: what was delivered is now read."""
        for message in self._ledger.thread(customer):
            if message.direction != "inbound" and message.status == "delivered":
                self._ledger.change(message.sid, kept={**message.kept, "looked": True})
                self._change(message, "read")
                steps = plan([("read", 0)], message.kept["mode"], self._lateness(message))
                told = {"post": "tell", "change": "wait", "wait": "wait"}
                self._run(message.sid, [replace(step, act=told[step.act]) for step in steps])

    def _first_at_once(self, message: Message) -> None:
        words = self._words(message)
        steps = plan(words, "in_order", 0)
        for step in steps[:2]:
            self._do(message.sid, step)
        self._run(message.sid, steps[2:])

    def _begin(self, message: Message) -> None:
        words = [(word, delay) for word, delay in self._words(message) if RANK[word] > RANK[message.status]]
        self._run(message.sid, plan(words, message.kept["mode"], self._lateness(message)))

    def _lateness(self, message: Message) -> float:
        return float(message.kept.get("late_seconds", self._knobs().late_seconds))

    def _words(self, message: Message) -> list[tuple[str, float]]:
        knobs = self._knobs()
        words = [("queued", knobs.sent_after / 2)] if message.messaging_service_sid else []
        failure = message.kept.get("failure") or self._fetched(message)
        if failure:
            self._ledger.change(message.sid, kept={**message.kept, "failure": failure})
            return [*words, (failure["word"], knobs.sent_after)]
        words += [("sent", knobs.sent_after), ("delivered", knobs.delivered_after)]
        return [*words, ("read", knobs.read_after)] if knobs.auto_read else words

    def _fetched(self, message: Message) -> dict[str, str] | None:
        urls = message.kept.get("media_urls", [])
        if message.kept.get("fetched") or not urls or not self._knobs().fetch_media:
            return None
        sids = []
        try:
            for url in urls:
                got = fetch(url)
                medium = self._media.put(message.account_sid, message.sid, got.content, got.content_type, got.file_name)
                sids.append(medium.sid)
        except FetchFailed as problem:
            return {"code": problem.code, "word": "failed"}
        self._ledger.change(message.sid, media=sids, kept={**message.kept, "fetched": True})
        return None

    def _run(self, sid: str, steps: list[Step]) -> None:
        if not steps:
            return

        def act() -> None:
            # What follows without a delay is done by the same thread, to spare the pool a hand-over each.
            together = 1
            while together < len(steps) and not steps[together].delay:
                together += 1
            for step in steps[:together]:
                self._do(sid, step)
            self._run(sid, steps[together:])

        self._clockwork.after(steps[0].delay, act)

    def _do(self, sid: str, step: Step) -> None:
        message = self._ledger.get(sid)
        if message is None or step.act == "wait":
            return
        if step.act in ("post", "tell"):
            # What the phone page has shown as read was told of by `read` already.
            if step.act == "tell" or step.word != "read" or not message.kept.get("looked"):
                self._post(message, step.word)
        elif RANK[step.word] > RANK.get(message.status, 0):
            self._change(message, step.word)

    def _change(self, message: Message, word: str) -> None:
        fields: dict[str, Any] = {"status": word}
        if not message.sender:
            fields["sender"] = self._first_sender
        if word == "sent" or (word in ("delivered", "read") and not message.sent):
            fields["sent"] = now()
        failure = message.kept.get("failure")
        if failure and word == failure["word"]:
            fields |= {"error_code": failure["code"], "error_message": FAILURES.get(failure["code"], "")}
        self._ledger.change(message.sid, **fields)

    def _post(self, message: Message, word: str) -> None:
        url = message.kept.get("status_callback", "")
        if not url:
            return
        failed = message.kept.get("failure") if word in ("failed", "undelivered") else None
        code = failed["code"] if failed else ""
        form = forms.status(
            message.line, message.sid, message.to, word, error_code=code, error_message=FAILURES.get(code, "")
        )
        self._webhooks.post(url, form)
