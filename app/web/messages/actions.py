"""The buttons of one message: what is offered about it, as forms and links."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, url_for

from app.domain.failures import offers
from app.domain.failures.offers import OfferContext
from app.domain.media.failure_causes import NOT_FETCHED
from app.domain.sending import pending_reply, together
from app.store.tables import Message
from app.web.words.gettext import N_, _


@dataclass(frozen=True)
class Button:
    """A button of one message. It posts to `path`, or leads there when it `leads`."""

    name: str
    label: str
    path: str
    leads: bool = False


# What was kept together is called off together.
CALL_OFF_ALL = N_("Don't send them")
# The new message's file gets a URL of its own, whatever became of the old one's.
REHOST = N_("Re-host and resend")
LABELS = {
    "check_again": N_("Check again"),
    "send_again": N_("Send again"),
    "it_arrived": N_("It arrived"),
    "not_sure": N_("Not sure after all"),
    "call_off": N_("Don't send it"),
    "try_again": N_("Try again"),
    "template": N_("Send a template"),
    "variables": N_("Change the variables"),
    "file": N_("Change the file"),
    "rehost": REHOST,
    "text": N_("Change the text"),
    "contact": N_("See the contact"),
    "opt_out": N_("Record opt-out"),
    "senders": N_("See paused senders"),
    "doctor": N_("Check this installation"),
    "support": N_("Details for support"),
}
_POSTS = {
    "check_again": "check-again",
    "send_again": "send-again",
    "it_arrived": "it-arrived",
    "not_sure": "not-sure",
    "rehost": "rehost",
    "call_off": "call-off",
    "try_again": "try-again",
    "opt_out": "record-opt-out",
}


def buttons(message: Message, context: OfferContext) -> tuple[Button, ...]:
    """The buttons of one message of ours."""
    return tuple(_button(name, message) for name in offers.on_one(message, context))


def doctor_path() -> str:
    """The page on which the installation checks itself, '' while there is no such page."""
    return url_for("doctor.page") if "doctor.page" in current_app.view_functions else ""


def _button(name: str, message: Message) -> Button:
    if name in _POSTS:
        rehosts = name == "send_again" and message.error_code == NOT_FETCHED and message.hosted_file_id
        label = REHOST if rehosts else LABELS[name]
        if name == "call_off" and pending_reply.waits_for_answer(message) and together.part_of(message)[1]:
            label = CALL_OFF_ALL
        return Button(name, _(label), f"/messages/{message.id}/{_POSTS[name]}")
    path = {
        "template": f"/messages/{message.id}/again?as=template",
        "text": f"/messages/{message.id}/again?as=text",
        "contact": f"/conversations/{message.conversation_id}#contact",
        "senders": "/failures#paused",
        "doctor": doctor_path(),
        "support": f"/conversations/{message.conversation_id}#m-{message.id}",
    }.get(name, f"/messages/{message.id}/again")
    return Button(name, _(LABELS[name]), path, leads=True)
