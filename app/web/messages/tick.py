"""The tick of an outbound message: one icon and one word for our state and Twilio's status together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.web.words.gettext import N_, _


@dataclass(frozen=True)
class Tick:
    """`code` names icon and class (queued, sending, sent, delivered, read, failed, unsure); `hint` says more."""

    code: str
    word: str
    hint: str


_QUEUED = ("queued", N_("Queued"))
_FAILED = ("failed", N_("Failed"))
# While a message is ours, our state decides; once Twilio has accepted it, Twilio's status does.
_OF_STATE = {
    "held": (*_QUEUED, N_("Waiting here until it may be sent")),
    "ready": (*_QUEUED, N_("Waiting here for its turn to be sent")),
    "sending": ("sending", N_("Sending"), N_("On its way to Twilio")),
    "failed": (*_FAILED, N_("Twilio refused it")),
    "unconfirmed": ("unsure", N_("Not confirmed"), N_("Twilio did not say whether it took it")),
    "blocked": ("failed", N_("Not sent"), N_("Stopped here before it was sent")),
    "cancelled": ("failed", N_("Cancelled"), N_("Cancelled here before it was sent")),
}
_OF_STATUS = {
    "accepted": (*_QUEUED, N_("Queued at Twilio")),
    "scheduled": (*_QUEUED, N_("Scheduled at Twilio")),
    "queued": (*_QUEUED, N_("Queued at Twilio")),
    "sending": ("sending", N_("Sending"), N_("On its way to WhatsApp")),
    "sent": ("sent", N_("Sent"), N_("WhatsApp has it")),
    "delivered": ("delivered", N_("Delivered"), N_("On the customer's phone")),
    "read": ("read", N_("Read"), N_("The customer has opened it")),
    "failed": (*_FAILED, N_("Twilio or WhatsApp could not send it")),
    "undelivered": (*_FAILED, N_("WhatsApp could not deliver it")),
    "canceled": ("failed", N_("Cancelled"), N_("Cancelled at Twilio")),
}
_ACCEPTED = _OF_STATUS["queued"]


class Told(Protocol):
    """What a tick is made of."""

    @property
    def direction(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def status(self) -> str: ...


def tick_of(message: Told) -> Tick | None:
    """The tick to show, or None for what the customer wrote."""
    if message.direction != "outbound":
        return None
    if message.reason == "said_arrived" and not message.status:
        return Tick("sent", _("Said to have arrived"), _("Somebody here knows that it arrived; Twilio did not tell it"))
    if message.reason == "file_fetched" and not message.status:
        return Tick("queued", _("Queued"), _("At Twilio: it fetched the message's file, though its answer got lost"))
    if message.state == "held" and message.reason == "waiting_for_answer":
        return Tick("queued", _("Waits for their answer"), _("Kept here: it goes out by itself when they write again"))
    if message.state == "held" and message.reason == "preflight":
        return Tick("unsure", _("Held"), _("Kept here until its file can be fetched"))
    code, word, hint = _OF_STATE.get(message.state) or _OF_STATUS.get(message.status, _ACCEPTED)
    return Tick(code, _(word), _(hint))


def status_tick(status: str) -> Tick:
    """The tick of one status that Twilio told; a word we don't know is shown as it is."""
    if status not in _OF_STATUS:
        return Tick("unsure", status, _("A status that this version does not know"))
    code, word, hint = _OF_STATUS[status]
    # In a timeline "queued" and "accepted" are two steps, so they keep their own names.
    return Tick(code, _(_STEP_NAMES.get(status, word)), _(hint))


_STEP_NAMES = {"accepted": N_("Accepted"), "scheduled": N_("Scheduled"), "undelivered": N_("Undelivered")}
