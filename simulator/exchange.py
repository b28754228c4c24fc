"""The whole stand-in without its HTTP: what is kept, what is set, and the two ways a message comes about."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

from simulator import forms, sids
from simulator.clockwork import Clockwork
from simulator.content_fate import ContentSend
from simulator.contents import Contents
from simulator.delivery import Delivery
from simulator.knobs import Knobs, Next, Queue
from simulator.ledger import Ledger
from simulator.media import MediaShelf
from simulator.message import Message, now
from simulator.posting import Answer
from simulator.review import Review
from simulator.settings import Settings
from simulator.webhooks import Webhooks
from simulator.windows import Windows

File = tuple[bytes, str, str]
OUTSIDE_THE_WINDOW = {"code": "63016", "word": "undelivered"}


class Exchange:
    """One account with its messages; `stop` is set when the process shall end, so that nothing waits any
    longer.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.knobs = Knobs()
        self.queue = Queue()
        self.stop = threading.Event()
        self.ledger = Ledger(settings.folder)
        self.media = MediaShelf(settings.folder)
        self.windows = Windows(settings.folder, self.ledger)
        self.contents = Contents(settings.folder)
        self.webhooks = Webhooks(settings.folder, settings.auth_token)
        self.clockwork = Clockwork()
        self.review = Review(self.contents, self.clockwork, lambda: self.knobs)
        self.delivery = Delivery(
            self.ledger, self.media, self.webhooks, self.clockwork, lambda: self.knobs, settings.senders[0]
        )
        self.delivery.resume()

    def accept(self, params: dict[str, list[str]]) -> Message:
        """Take a create whose parameters are valid, write it down, and start its delivery."""
        one = {name: values[0] for name, values in params.items()}
        service = one.get("MessagingServiceSid", "")
        # WhatsApp takes one file a message; Twilio drops the others without a word.
        urls = params.get("MediaUrl", [])[:1]
        sent = ContentSend.of(self.contents, one)
        moment = now()
        message = Message(
            sid=sids.for_message(len(urls)),
            account_sid=self.settings.account_sid,
            direction="outbound-api",
            to=one["To"],
            sender=one.get("From", ""),
            body=sent.body if sent else one.get("Body", ""),
            status="accepted" if service else "queued",
            created=moment,
            updated=moment,
            messaging_service_sid=service,
            media=[sids.new("ME") for _ in urls],
            kept={"media_urls": urls, "status_callback": one.get("StatusCallback", "")},
        )
        message.kept |= self._fate(one["To"], message.sender or service)
        window_open = self._window_is_open(message)
        if sent:
            message.kept |= {"content_sid": one["ContentSid"], "parts": sent.parts, "media_urls": sent.files}
            if failure := sent.failure(window_open=window_open):
                message.kept.setdefault("failure", failure)
        elif not window_open:
            message.kept.setdefault("failure", OUTSIDE_THE_WINDOW)
        self.ledger.accept(message, params)
        self.delivery.start(message)
        return message

    def receive(self, inbound: forms.Inbound, files: list[File], *, sender: str = "") -> Message:
        """A customer writes to `sender` (the first one where ''): keep the message, its form and its files."""
        line = forms.Line(
            self.settings.account_sid, sender or self.settings.senders[0], self.settings.messaging_service_sid
        )
        sid = inbound.sid or sids.for_message(len(files) + len(inbound.media))
        media = [self.media.put(line.account_sid, sid, *file) for file in files]
        urls = tuple((forms.media_url(line.account_sid, sid, m.sid), m.content_type) for m in media)
        form = forms.inbound(line, replace(inbound, sid=sid, media=urls + inbound.media))
        moment = now()
        message = Message(
            sid=sid,
            account_sid=line.account_sid,
            direction="inbound",
            to=line.sender,
            sender=inbound.sender,
            body=inbound.body,
            status="received",
            created=moment,
            updated=moment,
            sent=moment,
            messaging_service_sid=line.messaging_service_sid,
            media=[m.sid for m in media],
            kept={"form": form},
        )
        self.ledger.add(message)
        return message

    def announce(self, message: Message) -> Answer:
        """Post the webhook of a customer's message, by Twilio's rules; the fallback URL is tried where one is set."""
        form: dict[str, str] = message.kept["form"]
        rules = self.knobs.inbound_rules
        url = self.settings.inbound_url + (f"#{rules}" if rules else "")
        answer = self.webhooks.post(url, form)
        if not answer.ok and self.knobs.fallback_url:
            told = {**form, "ErrorCode": "11200", "ErrorUrl": self.settings.inbound_url}
            answer = self.webhooks.post(self.knobs.fallback_url, told)
        self.ledger.change(message.sid, kept={**message.kept, "answer": answer.status, "taken": answer.ok})
        return answer

    def forget(self, message: Message) -> None:
        """Delete a message with its files."""
        for sid in message.media:
            if medium := self.media.get(sid):
                self.media.remove(medium)
        self.ledger.remove(message.sid)

    def reset(self) -> None:
        """Back to an empty account with the settings of the start."""
        self.clockwork.forget()
        self.queue.clear()
        self.knobs = Knobs()
        self.ledger.reset()
        self.media.reset()
        self.webhooks.reset()
        self.windows.reset()
        self.contents.reset()

    def end(self) -> None:
        """Let everything that waits go on, and begin nothing new."""
        self.stop.set()
        self.clockwork.stop()

    def _fate(self, to: str, sender: str) -> dict[str, Any]:
        """The callback mode and the failure that are due for the next message."""
        mode = self.queue.take("callbacks", to, sender)
        failing = self.queue.take("delivery", to, sender)
        fate: dict[str, Any] = {"mode": mode.behaviour if mode else self.knobs.callbacks}
        if mode and mode.seconds is not None:
            fate["late_seconds"] = mode.seconds
        if failing:
            fate["failure"] = _failure(failing)
        return fate

    def _window_is_open(self, message: Message) -> bool:
        sender = message.sender or self.settings.senders[0]
        return self.knobs.window == "open" or self.windows.is_open(message.to, sender, message.created)


def _failure(entry: Next) -> dict[str, str]:
    word = "undelivered" if entry.code == 63016 else entry.word
    return {"code": str(entry.code) if entry.code else "", "word": word}
