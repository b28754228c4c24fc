"""Why the gate refused, in a line."""

from __future__ import annotations

from app.domain.gate.decision import Decision

REASONS = {
    "address_invalid": "The recipient is neither a number in E.164 (like +14155550123) nor a WhatsApp id. "
    "The country code must be one that exists.",
    "sender_invalid": "There is no sender. Give --from, or set TWILIO_WHATSAPP_FROM.",
    "recipient_is_sender": "The recipient is the sender itself. Give another --to, or another --from.",
    "country_unroutable": "WhatsApp does not deliver to this country.",
    "blocked_at_twilio": "The recipient stopped our messages at Twilio or in WhatsApp. Only their own START lifts it.",
    "suppressed": "The recipient opted out. Only their own START lifts it.",
    "consent_missing": "There is no opt-in for {purpose} messages, as the rules of the recipient's region ask for it. "
    "Record their opt-in for this purpose, with how they gave it.",
    "consent_stale": "The recipient's opt-in for {purpose} messages ended at {ended_at} ({clock}). Ask them anew, and "
    "record it as renewed.",
    "quiet_hours": "It is a quiet hour where the recipient is. Send it after {until}.",
    "marketing_not_delivered": "WhatsApp delivers no marketing templates to the recipient's country.",
    "window_closed": "The session window is closed. Send an approved template (--content-sid), or wait for a message.",
    "template_unknown": "The account has no template with this Content SID. Read Twilio's list anew (templates sync), "
    "or give another --content-sid.",
    "template_not_approved": "The template is {status}, and WhatsApp takes it only once it is approved. Give another.",
    "template_paused": "WhatsApp paused the template, because people blocked or reported it. Give another, or wait.",
    "template_disabled": "WhatsApp disabled the template for good. Give another.",
    "template_category_unknown": "The template's category {category} is not known here. Give another template.",
    "template_type_unknown": "The template's type is not known here. Give another template.",
    "template_needs_window": "A template of this type goes only as an answer within the session window. Give another.",
    "variable_missing": "The template needs its variable {variable}, or its sample would be sent. Give it in "
    "--content-variables.",
    "body_empty": "The message is empty. Give --body, --content-sid, --media or --media-url.",
    "body_too_long": "The text is longer than 1,600 characters. Shorten or split it.",
    "template_not_alone": "A template goes alone: Twilio refuses --body, --media and --media-url beside --content-sid.",
    "too_many_files": "WhatsApp takes one file in a message, and Twilio drops the others without a word. Send each "
    "file in a message of its own.",
    "variable_invalid": "The template's variable {variable} is empty, or holds a line break, a tab or more than four "
    "spaces in a row. Change it in --content-variables.",
    "not_to_be_sent_again": "This message can't be sent again: it arrived, or is under way.",
    "text_deleted": "Its text was deleted after its time. Write a new message.",
    "window_open": "The session window is open: send it now.",
    "reply_kept_already": "Another reply waits for this customer's answer already.",
    "file_gone": "A file that it carries was deleted here.",
    "too_many_at_once": "Give at most 10 files at once.",
    "conversation_unknown": "There is no such conversation.",
}


def refusal(decision: Decision) -> str:
    """The reason and the way out."""
    return REASONS.get(decision.rule, f"Refused: {decision.rule}").format_map(decision.evidence)
