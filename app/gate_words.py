"""The words of the gate; part of the vocabulary."""

from __future__ import annotations

from collections.abc import Mapping

# The rules of the gate, in the order in which they are asked (domain/gate/rules.py).
RULES = (
    "address",
    "sender",
    "not_ourselves",
    "country",
    "block",
    "suppression",
    "consent",
    "freshness",
    "quiet_hours",
    "session_window",
    "approval",
    "template",
    "content",
    "media",
)
# Why the gate refuses, in the order of its rules, and what would make it possible: first for what lies with whom it is
# to and who sends it, which other content doesn't change.
ABOUT_THEM: Mapping[str, str] = {
    "address_invalid": "correct_recipient",
    "sender_invalid": "set_sender",
    "recipient_is_sender": "correct_recipient",
    "country_unroutable": "other_channel",
    "blocked_at_twilio": "their_start",
    "suppressed": "their_start_or_opt_in",
    "consent_missing": "record_opt_in",
    "consent_stale": "renew_opt_in",
    "quiet_hours": "wait",
}
_ABOUT_CONTENT: Mapping[str, str] = {
    "window_closed": "template_or_message",
    "template_unknown": "read_templates",
    "template_not_approved": "other_template",
    "template_paused": "other_template",
    "template_disabled": "other_template",
    "template_category_unknown": "other_template",
    "template_type_unknown": "other_template",
    "template_needs_window": "other_template",
    "marketing_not_delivered": "other_channel",
    "body_empty": "change_content",
    "template_not_alone": "change_content",
    "body_too_long": "change_content",
    "variable_invalid": "change_content",
    "variable_missing": "change_content",
    "too_many_files": "change_content",
}
WAYS_OUT: Mapping[str, str] = {**ABOUT_THEM, **_ABOUT_CONTENT}
GATE_RULES = tuple(WAYS_OUT)
# Why a request to send was refused before the gate was asked.
REQUEST_RULES = (
    "conversation_unknown",
    "not_to_be_sent_again",
    "text_deleted",
    "window_open",
    "reply_kept_already",
    "file_gone",
    "too_many_at_once",
)
