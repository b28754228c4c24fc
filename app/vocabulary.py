"""The words of ours that cross layers: written into rows by one layer, shown or decided by in others. Listed once.

A test watches what is written and fails for a word that isn't here; another fails when a door has no words for one.
Twilio's statuses are in `domain/statuses.py`, its error codes in `domain/error_codes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from app.audit_words import ACTOR_KINDS, AUDIT_SUBJECTS, verbs_of

MessageState = Literal[
    "received", "held", "ready", "sending", "accepted", "failed", "unconfirmed", "blocked", "cancelled"
]
MESSAGE_STATES: tuple[str, ...] = get_args(MessageState)
# Twilio never had it, or refused it.
NEVER_LEFT = ("failed", "blocked", "cancelled")

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
# Why the gate refuses, in the order of its rules, and what would make it possible.
WAYS_OUT: Mapping[str, str] = {
    "address_invalid": "correct_recipient",
    "sender_invalid": "set_sender",
    "recipient_is_sender": "correct_recipient",
    "country_unroutable": "other_channel",
    "blocked_at_twilio": "their_start",
    "suppressed": "their_start_or_opt_in",
    "consent_missing": "record_opt_in",
    "consent_stale": "renew_opt_in",
    "quiet_hours": "wait",
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
# Beside its state, why a message is where it is: it waits, was called off, was given up, or is believed to be there.
WAITING_REASONS = ("waiting_for_rate", "waiting_to_retry", "run_paused", "waiting_for_answer", "preflight")
CANCEL_REASONS = ("earlier_arrived", "sent_again", "called_off", "replaced", "undone")
BELIEVED_REASONS = ("said_arrived", "file_fetched")
MESSAGE_REASONS = ("", "gave_up", *WAITING_REASONS, *CANCEL_REASONS, *BELIEVED_REASONS, *GATE_RULES)
# What a message is beside one that came or was asked for as usual.
ORIGINS = ("", "opt_out_confirmation", "help_answer", "kept_reply", "recovered", "elsewhere")

# What became of one call to Twilio; '' while it is open.
ATTEMPT_OUTCOMES = ("", "accepted", "refused", "not_sent", "unconfirmed")
# What came instead of a clear answer: an error that proves nothing, since Twilio may have taken the message before it
# failed; an answer that can't be read; none in time; a connection cut meanwhile; nothing, for the sender was stopped;
# or nothing that tells why.
Cause = Literal["error", "unreadable", "late", "cut", "stopped", "silent"]
CAUSES: tuple[str, ...] = get_args(Cause)
# By what an attempt was settled.
EVIDENCE = ("", "answer", "callback", "list", "media", "person")
STATUS_SOURCES = ("callback", "pull")
JOURNAL_SOURCES = ("request", "spool", "pull", "replay", "archive")

JOURNAL_STATES = ("applied", "quarantined")
# Why a form waits in quarantine; beside these `error:<name>` for a fault of this program.
QUARANTINE_REASONS = ("sid_invalid", "status_invalid", "plain_sms", "from_invalid", "to_invalid")

CONVERSATION_STATES = ("open", "closed", "joined")

# What somebody does in a conversation that they have open.
Doing = Literal["looking", "writing"]
DOINGS: tuple[str, ...] = get_args(Doing)

# How the feed tells a consent record.
CONSENT_ACTIONS = ("opt_out", "opt_in", "requested", "corrected")
# What a message is for, and what may be agreed to; "all" stands in opt-outs.
PURPOSES = ("service", "marketing", "authentication")
CONSENT_PURPOSES = (*PURPOSES, "all")
# ISO/IEC TS 27560:2023's words. Only given and renewed allow.
CONSENT_STATES = ("requested", "refused", "given", "renewed", "withdrawn", "invalidated", "expired")
CONSENT_BASES = (
    "",
    "express",
    "double",
    "implied_purchase",
    "implied_inquiry",
    "soft_opt_in",
    "service_reply",
)
# Twilio or WhatsApp hold messages back too, until the person ends it.
TWILIO_BLOCKS = ("twilio_keyword", "twilio_error_21610", "whatsapp_preference")
CONSENT_SOURCES = (
    "keyword",
    "twilio_keyword",
    "twilio_error_21610",
    "twilio_error_63014",
    "whatsapp_preference",
    "button",
    "link",
    "form",
    "api",
    "paper",
    "phone",
    "mail",
    "in_person",
    "import",
    "agent",
)
EXPRESSED_BY = ("principal", "agent", "import", "webhook")
EVENT_TYPES = ("expressed", "explicit", "implied")
REGION_SOURCES = ("", "number", "set")

# How an address came to be a contact's: it wrote itself, is another spelling, Twilio signed it, an agent joined it.
ADDRESS_LINKS = ("", "spelling", "signed", "agent")
JOIN_REASONS = ("spelling", "signed", "agent")

CONSENT_IMPORT_STATES = ("staging", "staged", "checking", "ready", "applying", "applied", "taken_back", "dropped")

# What is written down when a template differs from the last time that it was read.
TEMPLATE_CHANGES = ("new", "status", "category", "content", "name", "gone", "back", "group")
# What the lint of a template finds (domain/templates/lint.py).
TEMPLATE_FAULTS = (
    "name_missing",
    "name_not_for_meta",
    "language_invalid",
    "language_taken",
    "languages_differ",
    "kind_differs",
    "category_unknown",
    "body_missing",
    "body_too_long",
    "braces_broken",
    "variables_adjacent",
    "variable_first",
    "variable_last",
    "variable_not_number",
    "variable_gap",
    "too_few_words",
    "too_many_variables",
    "sample_missing",
    "sample_invalid",
    "header_too_long",
    "header_twice",
    "footer_too_long",
    "footer_has_variable",
    "card_has_only_text",
    "media_missing",
    "media_host_not_fixed",
    "media_many_variables",
    "media_not_taken",
    "buttons_missing",
    "too_many_buttons",
    "many_buttons",
    "too_many_urls",
    "too_many_phones",
    "button_titles_alike",
    "button_title_missing",
    "button_title_too_long",
    "button_title_has_variable",
    "button_kind_not_taken",
    "button_url_invalid",
    "button_phone_invalid",
    "button_code_missing",
    "looks_like_marketing",
    "looks_like_a_code",
    "code_has_its_own_type",
)
# What a file of ours is listed under, what a grant to fetch one is for, and how a grant stood when it was asked for.
HOSTED_KINDS = ("image", "audio", "video", "document", "contact")
GRANT_PURPOSES = ("message", "link")
GrantStanding = Literal["live", "expired", "revoked", "deleted", "missing", "unavailable"]
GRANT_STANDINGS: tuple[str, ...] = get_args(GrantStanding)

# What the preflight finds wrong with a file that a message is to take along, before Twilio would.
PREFLIGHT_FAILURES = (
    "url_invalid",
    "name_unknown",
    "address_not_public",
    "unreachable",
    "no_tls",
    "tls_invalid",
    "redirected",
    "too_slow",
    "cut",
    "status",
    "empty",
    "type_wrong",
    "type_not_accepted",
    "extension_wrong",
    "length_wrong",
    "too_large",
    "file_gone",
)
PREFLIGHT_WARNINGS = ("", "head_refused")

FILE_STATES = ("wanted", "fetched", "failed", "deleted")
# Why a file of ours can't be sent, asked before anything is queued.
FILE_REFUSALS = (
    "file_empty",
    "file_type_not_accepted",
    "file_codec_not_accepted",
    "file_too_large",
    "file_too_many_pixels",
)

# What is deleted after its time, in the order in which it is done; and why some of it stays for now.
RETENTION_KINDS = ("texts", "media", "raw_forms", "archive", "feed", "api_answers")
KEPT_REASONS = ("consent_evidence", "unfinished", "not_archived", "quarantined")

FeedKind = Literal["inbound", "outbound", "state", "status", "consent", "quarantine", "media", "conversation", "sender"]
# The feed's words by kind; None where they are somebody else's: kinds of messages, Twilio's statuses, reasons.
FEED: Mapping[FeedKind, tuple[str, ...] | None] = {
    "inbound": None,
    "outbound": ("ready", "kept", "elsewhere"),
    "state": (
        "ready",
        "sending",
        "accepted",
        "failed",
        "unconfirmed",
        "blocked",
        "cancelled",
        "check_again",
        "held",
        "said_arrived",
        "not_sure",
        "answered",
    ),
    "status": None,
    "consent": CONSENT_ACTIONS,
    "quarantine": None,
    "media": ("fetched", "failed", "wanted"),
    "conversation": ("read", "assigned", "unassigned", "closed", "reopened", "joined", "parted"),
    "sender": ("paused", "resumed"),
}

# What is written where: table, column, and the words that may stand there.
COLUMNS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("message", "state"): MESSAGE_STATES,
    ("message", "reason"): MESSAGE_REASONS,
    ("message", "origin"): ORIGINS,
    ("attempt", "outcome"): ATTEMPT_OUTCOMES,
    ("attempt", "cause"): ("", *CAUSES),
    ("attempt", "settled_by"): EVIDENCE,
    ("status_event", "source"): STATUS_SOURCES,
    ("conversation", "state"): CONVERSATION_STATES,
    ("presence", "doing"): DOINGS,
    ("journal", "state"): JOURNAL_STATES,
    ("journal", "source"): JOURNAL_SOURCES,
    ("consent_record", "purpose"): CONSENT_PURPOSES,
    ("consent_record", "state"): CONSENT_STATES,
    ("consent_record", "basis"): CONSENT_BASES,
    ("consent_record", "source"): CONSENT_SOURCES,
    ("consent_record", "expressed_by"): EXPRESSED_BY,
    ("consent_record", "event_type"): EVENT_TYPES,
    ("consent_record", "region_source"): REGION_SOURCES,
    ("consent_state", "purpose"): CONSENT_PURPOSES,
    ("consent_state", "state"): CONSENT_STATES,
    ("consent_import", "state"): CONSENT_IMPORT_STATES,
    ("address", "linked_by"): ADDRESS_LINKS,
    ("contact_join", "reason"): JOIN_REASONS,
    ("inbound_media", "state"): FILE_STATES,
    ("template_change", "what"): TEMPLATE_CHANGES,
    ("media_check", "state"): ("passed", "failed"),
    ("media_check", "failure"): ("", *PREFLIGHT_FAILURES),
    ("media_check", "warning"): PREFLIGHT_WARNINGS,
    ("hosted_file", "kind"): HOSTED_KINDS,
    ("media_grant", "purpose"): GRANT_PURPOSES,
    ("media_fetch", "standing"): ("", *GRANT_STANDINGS),
    ("feed_event", "kind"): tuple(FEED),
    ("audit", "verb"): verbs_of(""),
    ("audit", "subject_kind"): ("", *AUDIT_SUBJECTS),
    ("audit", "actor_kind"): ACTOR_KINDS,
}
