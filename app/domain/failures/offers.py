"""What may be done about a message of ours that did not arrive, and about all of a code: one table for every door.

An offer is a name; pages make buttons of it, commands and the API list it.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.error_codes import catalogue
from app.domain.failures import remedies
from app.domain.sending import pending_reply, preflight, rehosting, resend
from app.domain.sending.error_effects import OPTED_OUT
from app.store.tables import Message


@dataclass(frozen=True)
class Offers:
    """The names of what an action offers on one message, and on all of a code."""

    one: tuple[str, ...]
    all: tuple[str, ...]


@dataclass(frozen=True)
class OfferContext:
    """The context of an offer: what decides beside the message.

    Did the customer opt out, is their session window open, was it sent again, does a sender of ours wait, and is the
    opt-out that its code tells of on record. `has_doctor` is whether this door leads to the check of the installation.
    """

    suppressed: bool = False
    window_open: bool = True
    sent_again: bool = False
    paused: bool = False
    opt_out_recorded: bool = False
    has_doctor: bool = False


_SEND_AGAIN = ("send_again",)
OF_ACTION = {
    "send_template": Offers(("template", "send_again"), ("template",)),
    "fix_variable": Offers(("variables",), ()),
    "rehost_media": Offers(("rehost", "file", "send_again"), _SEND_AGAIN),
    "change_text": Offers(("text",), ()),
    "check_number": Offers(("contact",), ()),
    "record_opt_out": Offers(("send_again", "opt_out"), ("send_again", "opt_out")),
    "slow_down": Offers(("senders", "send_again"), ("senders", "send_again")),
    "open_doctor": Offers(("doctor", "send_again"), ("doctor", "send_again")),
    "contact_support": Offers(("support", "send_again"), _SEND_AGAIN),
    "wait": Offers(_SEND_AGAIN, _SEND_AGAIN),
    "none": Offers(_SEND_AGAIN, _SEND_AGAIN),
}
# Our own reasons; the catalogue has those of Twilio's codes.
ACTION_OF_REASON = {
    "window_closed": "send_template",
    "variable_invalid": "fix_variable",
    "variable_missing": "fix_variable",
    "template_not_alone": "fix_variable",
    "template_unknown": "send_template",
    "template_not_approved": "send_template",
    "template_paused": "send_template",
    "template_disabled": "send_template",
    "template_category_unknown": "send_template",
    "template_type_unknown": "send_template",
    "template_needs_window": "send_template",
    "too_many_files": "change_text",
    "body_too_long": "change_text",
    "body_empty": "change_text",
    "address_invalid": "check_number",
    "country_unroutable": "check_number",
    "sender_invalid": "open_doctor",
    "recipient_is_sender": "check_number",
    "blocked_at_twilio": "none",
    "suppressed": "none",
    "consent_missing": "none",
    "consent_stale": "none",
    "quiet_hours": "wait",
    "marketing_not_delivered": "none",
    "gave_up": "wait",
    "earlier_arrived": "wait",
    "": "contact_support",
}
NOT_CONFIRMED = ("check_again", "send_again", "it_arrived")
SAID_TO_HAVE_ARRIVED = ("not_sure",)
WAITS_FOR_ANSWER = ("call_off",)
HELD_BY_PREFLIGHT = ("try_again", "call_off")
# What sends, or leads to what sends.
SENDS = frozenset({"send_again", "template", "variables", "file", "text", "rehost"})
_FREE_TEXT = frozenset({"send_again", "file", "text", "rehost"})


def names() -> frozenset[str]:
    """Every offer that there is."""
    of_actions = {name for offers in OF_ACTION.values() for name in (*offers.one, *offers.all)}
    return frozenset(of_actions | {*NOT_CONFIRMED, *SAID_TO_HAVE_ARRIVED, *WAITS_FOR_ANSWER, *HELD_BY_PREFLIGHT})


def action_of(code: str) -> str:
    """The action to take about a code of Twilio's, or about a reason of ours."""
    if not code.isdigit():
        return ACTION_OF_REASON.get(code, "none")
    entry = catalogue.entry(code)
    # The catalogue has no action for content that must be another: it is written anew.
    to_be_changed = (entry.action, entry.whose, entry.retry) == ("none", "content", "after_fix")
    return "change_text" if to_be_changed else entry.action


def template_codes() -> list[str]:
    """The codes and reasons about which a template may be sent to all."""
    found = [entry.code for entry in catalogue.entries() if "template" in OF_ACTION[entry.action].all]
    return found + [reason for reason, action in ACTION_OF_REASON.items() if "template" in OF_ACTION[action].all]


def depends_on_senders(code: str) -> bool:
    """Whether a paused sender changes what is offered about the code."""
    return "senders" in OF_ACTION[action_of(code)].one


def on_all(code: str, context: OfferContext) -> tuple[str, ...]:
    """The offers on all messages of a code; how many messages each concerns is the caller's to count."""
    return _drop_unavailable(OF_ACTION[action_of(code)].all, context)


def on_one(message: Message, context: OfferContext) -> tuple[str, ...]:
    """The offers on one message of ours. To somebody who opted out nothing is sent."""
    return tuple(name for name in _candidates(message, context) if _applies(name, message, context))


def _candidates(message: Message, context: OfferContext) -> tuple[str, ...]:
    if resend.said_to_have_arrived(message):
        return SAID_TO_HAVE_ARRIVED
    if pending_reply.waits_for_answer(message):
        return WAITS_FOR_ANSWER
    if preflight.is_held(message):
        return HELD_BY_PREFLIGHT
    if message.state == "unconfirmed":
        found: tuple[str, ...] = NOT_CONFIRMED
    elif resend.did_not_arrive(message):
        found = OF_ACTION[action_of(message.error_code or message.reason)].one
    else:
        return ()
    return _for_window(_drop_unavailable(found, context), message, context.window_open)


def _drop_unavailable(found: tuple[str, ...], context: OfferContext) -> tuple[str, ...]:
    if "senders" in found:
        # What is sent again now would wait with all the others.
        found = ("senders",) if context.paused else _SEND_AGAIN
    return found if context.has_doctor else tuple(name for name in found if name != "doctor")


def _for_window(found: tuple[str, ...], message: Message, window_open: bool) -> tuple[str, ...]:
    """Free text has no variables; in a closed window it is not offered at all: a template is, in its place."""
    if not message.content_sid:
        found = tuple("text" if name == "variables" else name for name in found)
    if window_open or (message.content_sid and "template" not in found):
        return found
    return tuple(dict.fromkeys("template" if name in _FREE_TEXT else name for name in found))


def _applies(name: str, message: Message, context: OfferContext) -> bool:
    unsure = message.state == "unconfirmed"
    if name in ("not_sure", "call_off", "try_again"):
        return True
    if name in ("check_again", "it_arrived"):
        return unsure
    if name == "rehost" and not rehosting.carries_theirs(message):
        return False
    if context.suppressed or (message.text_deleted_at is not None and name in SENDS - {"template"}):
        return False
    if name == "opt_out":
        return message.error_code in OPTED_OUT and not context.opt_out_recorded
    return not context.sent_again and (name not in SENDS or unsure or remedies.worth_sending_again(message))
