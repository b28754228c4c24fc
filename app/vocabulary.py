"""The words of ours that cross layers: written into rows by one layer, shown or decided by in others. Listed once.

A test watches what is written and fails for a word that isn't here; another fails when a door has no words for one.
Twilio's statuses are in `domain/statuses.py`, its error codes in `domain/error_codes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from app.audit_words import ACTOR_KINDS, AUDIT_SUBJECTS, verbs_of
from app.consent_words import (
    ADDRESS_LINKS,
    CONSENT_BASES,
    CONSENT_IMPORT_STATES,
    CONSENT_PURPOSES,
    CONSENT_SOURCES,
    CONSENT_STATES,
    EVENT_TYPES,
    EXPRESSED_BY,
    JOIN_REASONS,
    REGION_SOURCES,
)
from app.gate_words import GATE_RULES
from app.media_words import (
    FILE_STATES,
    GRANT_PURPOSES,
    GRANT_STANDINGS,
    HOSTED_KINDS,
    PREFLIGHT_FAILURES,
    PREFLIGHT_WARNINGS,
)
from app.privacy_words import ERASURE_STATES, ERASURE_STEPS
from app.run_words import RUN_LINE_FAULTS, RUN_REASONS, RUN_RECIPIENT_STATES, RUN_STATES
from app.template_words import TEMPLATE_CHANGES

MessageState = Literal[
    "received", "held", "ready", "sending", "accepted", "failed", "unconfirmed", "blocked", "cancelled"
]
MESSAGE_STATES: tuple[str, ...] = get_args(MessageState)
# Twilio never had it, or refused it.
NEVER_LEFT = ("failed", "blocked", "cancelled")

# Beside its state, why a message is where it is: it waits, was called off, was given up, or is believed to be there.
WAITING_REASONS = ("waiting_for_rate", "waiting_to_retry", "run_paused", "waiting_for_answer", "preflight")
CANCEL_REASONS = ("earlier_arrived", "sent_again", "called_off", "replaced", "undone", "run_stopped", "erased")
BELIEVED_REASONS = ("said_arrived", "file_fetched")
MESSAGE_REASONS = ("", "gave_up", *WAITING_REASONS, *CANCEL_REASONS, *BELIEVED_REASONS, *GATE_RULES)
# What a message is beside one that came or was asked for as usual.
ORIGINS = ("", "opt_out_confirmation", "help_answer", "kept_reply", "recovered", "elsewhere", "run")

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

JOURNAL_STATES = ("applied", "quarantined", "erased")
# Why a form waits in quarantine; beside these `error:<name>` for a fault of this program.
QUARANTINE_REASONS = ("sid_invalid", "status_invalid", "plain_sms", "from_invalid", "to_invalid")

CONVERSATION_STATES = ("open", "closed", "joined", "erased")

# What somebody does in a conversation that they have open.
Doing = Literal["looking", "writing"]
DOINGS: tuple[str, ...] = get_args(Doing)

# How the feed tells a consent record.
CONSENT_ACTIONS = ("opt_out", "opt_in", "requested", "corrected")

FeedKind = Literal["inbound", "outbound", "state", "status", "consent", "quarantine", "media", "conversation", "sender"]
# The feed's words by kind; None where they are somebody else's: kinds of messages, Twilio's statuses, reasons.
FEED: Mapping[FeedKind, tuple[str, ...] | None] = {
    "inbound": None,
    "outbound": ("ready", "kept", "elsewhere"),
    "state": (
        "ready",
        "held",
        "sending",
        "accepted",
        "failed",
        "unconfirmed",
        "blocked",
        "cancelled",
        "check_again",
        "said_arrived",
        "not_sure",
        "answered",
    ),
    "status": None,
    "consent": CONSENT_ACTIONS,
    "quarantine": None,
    "media": ("fetched", "failed", "wanted"),
    "conversation": ("read", "assigned", "unassigned", "closed", "reopened", "joined", "parted", "erased", "fields"),
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
    ("template_run", "state"): RUN_STATES,
    ("template_run", "reason"): RUN_REASONS,
    ("run_recipient", "state"): RUN_RECIPIENT_STATES,
    ("run_recipient", "reason"): ("", *RUN_LINE_FAULTS, *GATE_RULES),
    ("inbound_media", "state"): FILE_STATES,
    ("erasure", "state"): ERASURE_STATES,
    ("erasure", "step"): ERASURE_STEPS,
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
