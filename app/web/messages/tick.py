"""The tick of an outbound message: one icon and one word for our state and Twilio's status together."""

from __future__ import annotations

from dataclasses import dataclass

from app.store.tables import Message
from app.web.words.gettext import _, mark


@dataclass(frozen=True)
class Tick:
    """`code` names icon and class (queued, sending, sent, delivered, read, failed, unsure); `hint` says more."""

    code: str
    word: str
    hint: str


_QUEUED = ("queued", mark("Queued"))
_FAILED = ("failed", mark("Failed"))
# While a message is ours, our state decides; once Twilio has accepted it, Twilio's status does.
_OF_STATE = {
    "held": (*_QUEUED, mark("Waiting here until it may be sent")),
    "ready": (*_QUEUED, mark("Waiting here for its turn to be sent")),
    "sending": ("sending", mark("Sending"), mark("On its way to Twilio")),
    "failed": (*_FAILED, mark("Twilio refused it")),
    "unconfirmed": ("unsure", mark("Not confirmed"), mark("Twilio did not say whether it took it")),
    "blocked": ("failed", mark("Not sent"), mark("Stopped here before it was sent")),
    "cancelled": ("failed", mark("Cancelled"), mark("Cancelled here before it was sent")),
}
_OF_STATUS = {
    "accepted": (*_QUEUED, mark("Queued at Twilio")),
    "scheduled": (*_QUEUED, mark("Scheduled at Twilio")),
    "queued": (*_QUEUED, mark("Queued at Twilio")),
    "sending": ("sending", mark("Sending"), mark("On its way to WhatsApp")),
    "sent": ("sent", mark("Sent"), mark("WhatsApp has it")),
    "delivered": ("delivered", mark("Delivered"), mark("On the customer's phone")),
    "read": ("read", mark("Read"), mark("The customer has opened it")),
    "failed": (*_FAILED, mark("Twilio or WhatsApp could not send it")),
    "undelivered": (*_FAILED, mark("WhatsApp could not deliver it")),
    "canceled": ("failed", mark("Cancelled"), mark("Cancelled at Twilio")),
}
_ACCEPTED = _OF_STATUS["queued"]


def tick_of(message: Message) -> Tick | None:
    """The tick to show, or None for what the customer wrote."""
    if message.direction != "outbound":
        return None
    if message.reason == "said_arrived" and not message.status:
        return Tick("sent", _("Said to have arrived"), _("Somebody here knows that it arrived; Twilio did not tell it"))
    if message.reason == "file_fetched" and not message.status:
        return Tick("queued", _("Queued"), _("At Twilio: it fetched the message's file, though its answer got lost"))
    code, word, hint = _OF_STATE.get(message.state) or _OF_STATUS.get(message.status, _ACCEPTED)
    return Tick(code, _(word), _(hint))


def status_tick(status: str) -> Tick:
    """The tick of one status that Twilio told; a word we don't know is shown as it is."""
    if status not in _OF_STATUS:
        return Tick("unsure", status, _("A status that this version does not know"))
    code, word, hint = _OF_STATUS[status]
    # In a timeline "queued" and "accepted" are two steps, so they keep their own names.
    return Tick(code, _(_STEP_NAMES.get(status, word)), _(hint))


_STEP_NAMES = {"accepted": mark("Accepted"), "scheduled": mark("Scheduled"), "undelivered": mark("Undelivered")}
