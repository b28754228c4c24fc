"""What is offered about a failure, on one message and on all of a code: one table, from an action to buttons."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app, url_for

from app.domain.failures import catalogue, remedies
from app.domain.sending import resend
from app.domain.sending.error_effects import OPTED_OUT
from app.store.tables import Message
from app.web.words.gettext import N_, _


@dataclass(frozen=True)
class Offer:
    """The names of the buttons that an action has on one message, and on all of a code."""

    one: tuple[str, ...]
    all: tuple[str, ...]


@dataclass(frozen=True)
class Button:
    """A button of one message. It posts to `path`, or leads there when it `leads`."""

    name: str
    label: str
    path: str
    leads: bool = False


@dataclass(frozen=True)
class Standing:
    """What decides beside the message: did the customer opt out, is their window open, was it sent again, does a
    sender of ours wait, and is the opt-out that its code tells of on record."""

    suppressed: bool = False
    window_open: bool = True
    sent_again: bool = False
    paused: bool = False
    opt_out_recorded: bool = False


_AGAIN = ("send_again",)
OFFERS = {
    "send_template": Offer(("template", "send_again"), ("template",)),
    "fix_variable": Offer(("variables",), ()),
    "rehost_media": Offer(("file", "send_again"), _AGAIN),
    "change_text": Offer(("text",), ()),
    "check_number": Offer(("contact",), ()),
    "record_opt_out": Offer(("send_again", "opt_out"), ("send_again", "opt_out")),
    "slow_down": Offer(("senders", "send_again"), ("senders", "send_again")),
    "open_doctor": Offer(("doctor", "send_again"), ("doctor", "send_again")),
    "contact_support": Offer(("support", "send_again"), _AGAIN),
    "wait": Offer(_AGAIN, _AGAIN),
    "none": Offer(_AGAIN, _AGAIN),
}
# Our own reasons; the catalogue has those of Twilio's codes.
OUR_REASONS = {
    "window_closed": "send_template",
    "variable_invalid": "fix_variable",
    "body_too_long": "change_text",
    "body_empty": "change_text",
    "address_invalid": "check_number",
    "country_unroutable": "check_number",
    "sender_invalid": "open_doctor",
    "suppressed": "none",
    "gave_up": "wait",
    "earlier_arrived": "wait",
    "": "contact_support",
}
NOT_CONFIRMED: tuple[str, ...] = ("check_again", "send_again", "it_arrived")
SAID_TO_HAVE_ARRIVED = ("not_sure",)
# What sends, or leads to what sends.
SENDS = frozenset({"send_again", "template", "variables", "file", "text"})
_FREE = frozenset({"send_again", "file", "text"})
LABELS = {
    "check_again": N_("Check again"),
    "send_again": N_("Send again"),
    "it_arrived": N_("It arrived"),
    "not_sure": N_("Not sure after all"),
    "template": N_("Send a template"),
    "variables": N_("Change the variables"),
    "file": N_("Change the file"),
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
    "opt_out": "record-opt-out",
}


def action_of(code: str) -> str:
    """What to do about a code of Twilio's, or about a reason of ours."""
    if not code.isdigit():
        return OUR_REASONS.get(code, "none")
    entry = catalogue.entry(code)
    # The catalogue has no action for content that must be another: it is written anew.
    to_be_changed = (entry.action, entry.whose, entry.retry) == ("none", "content", "after_fix")
    return "change_text" if to_be_changed else entry.action


def template_codes() -> list[str]:
    """The codes and reasons about which a template may be sent to all."""
    found = [entry.code for entry in catalogue.entries() if "template" in OFFERS[entry.action].all]
    return found + [reason for reason, action in OUR_REASONS.items() if "template" in OFFERS[action].all]


def on_all(code: str, paused: bool) -> tuple[str, ...]:
    """The names of the buttons for all of a code; how many messages each concerns is the caller's to count."""
    return _without_what_is_not_there(OFFERS[action_of(code)].all, paused)


def on_one(message: Message, standing: Standing) -> tuple[Button, ...]:
    """The buttons of one message of ours. To somebody who opted out nothing is offered."""
    return tuple(_button(name, message) for name in _names(message, standing) if _fits(name, message, standing))


def doctor_path() -> str:
    """Where the installation checks itself, '' while there is no such page."""
    return url_for("doctor.page") if "doctor.page" in current_app.view_functions else ""


def _names(message: Message, standing: Standing) -> tuple[str, ...]:
    if resend.said_to_have_arrived(message):
        return SAID_TO_HAVE_ARRIVED
    if message.state == "unconfirmed":
        names = NOT_CONFIRMED
    elif resend.did_not_arrive(message):
        names = OFFERS[action_of(message.error_code or message.reason)].one
    else:
        return ()
    names = _without_what_is_not_there(names, standing.paused)
    return _as_it_may_leave(names, message, standing.window_open)


def _without_what_is_not_there(names: tuple[str, ...], paused: bool) -> tuple[str, ...]:
    if "senders" in names:
        # What is sent again now would wait with all the others.
        names = ("senders",) if paused else _AGAIN
    return names if doctor_path() else tuple(name for name in names if name != "doctor")


def _as_it_may_leave(names: tuple[str, ...], message: Message, window_open: bool) -> tuple[str, ...]:
    """Free text has no variables; in a closed window it is not offered at all: a template is, in its place."""
    if not message.content_sid:
        names = tuple("text" if name == "variables" else name for name in names)
    if window_open or (message.content_sid and "template" not in names):
        return names
    return tuple(dict.fromkeys("template" if name in _FREE else name for name in names))


def _fits(name: str, message: Message, standing: Standing) -> bool:
    unsure = message.state == "unconfirmed"
    if name == "not_sure":
        return True
    if name in ("check_again", "it_arrived"):
        return unsure
    if standing.suppressed:
        return False
    if name == "opt_out":
        return message.error_code in OPTED_OUT and not standing.opt_out_recorded
    return not standing.sent_again and (name not in SENDS or unsure or remedies.worth_sending_again(message))


def _button(name: str, message: Message) -> Button:
    if name in _POSTS:
        return Button(name, _(LABELS[name]), f"/messages/{message.id}/{_POSTS[name]}")
    path = {
        "template": f"/messages/{message.id}/again?as=template",
        "text": f"/messages/{message.id}/again?as=text",
        "contact": f"/conversations/{message.conversation_id}#contact",
        "senders": "/failures#paused",
        "doctor": doctor_path(),
        "support": f"/conversations/{message.conversation_id}#m-{message.id}",
    }.get(name, f"/messages/{message.id}/again")
    return Button(name, _(LABELS[name]), path, leads=True)
