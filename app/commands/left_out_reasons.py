"""Why a run leaves somebody out, in a line: by a rule of the gate, or by what is wrong with the line."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.runs.left_out import BadValue

REASONS = {
    "blocked": "the gate stopped them when their turn came",
    "address_invalid": "neither a number nor a WhatsApp id",
    "sender_invalid": "there is no sender",
    "recipient_is_sender": "the number is the sender's own",
    "country_unroutable": "WhatsApp doesn't deliver to their country",
    "blocked_at_twilio": "they stopped our messages at Twilio or in WhatsApp",
    "suppressed": "they opted out",
    "consent_missing": "there is no opt-in of theirs for this purpose",
    "consent_stale": "their opt-in for this purpose has ended",
    "quiet_hours": "it is a quiet hour where they are",
    "window_closed": "the session window is closed",
    "template_unknown": "the account has no such template",
    "template_not_approved": "the template isn't approved",
    "template_paused": "WhatsApp paused the template",
    "template_disabled": "WhatsApp disabled the template",
    "template_category_unknown": "the template's category isn't known here",
    "template_type_unknown": "the template's type isn't known here",
    "template_needs_window": "the template goes only within the session window",
    "marketing_not_delivered": "WhatsApp delivers no marketing templates to their country",
    "body_empty": "there is nothing to send",
    "template_not_alone": "a template goes alone",
    "body_too_long": "the text is too long",
    "variable_invalid": "a variable has no value that can be sent",
    "variable_missing": "a variable of the template isn't filled",
    "too_many_files": "WhatsApp takes one file in a message",
    "phone_missing": "the line has no number",
    "phone_mangled": "the number lost its last digits in a spreadsheet",
    "phone_invalid": "this is no phone number",
    "duplicate": "an earlier line means the same person",
    "erased": "this person was erased",
}


def why(reason: str, bad: Sequence[BadValue] = ()) -> str:
    """The reason in words; of values, which ones."""
    if bad:
        return "; ".join(f"no value for {one}" if one.empty else f"no line of text for {one}" for one in bad)
    return REASONS[reason]
