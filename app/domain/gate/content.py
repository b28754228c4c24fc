"""The gate's rules about what is sent: the session window, text, variables and files."""

from __future__ import annotations

from app.domain.contacts.session_window import window
from app.domain.gate.case import PASSES, Case, Finding
from app.domain.templates import rendering, values
from app.domain.visible_text import has_text

MAX_BODY = 1600
# Twilio drops the second file of a WhatsApp message without a word (docs/twilio.md#files-that-we-send).
MAX_FILES = 1


def session_window(case: Case) -> Finding:
    """Free text goes out only for 24 hours after the person's last message."""
    heard_at = case.facts.last_inbound_at
    evidence = {"last_inbound_at": heard_at.isoformat() if heard_at else None}
    if case.is_template:
        return Finding(evidence=evidence, applies=False)
    now = window(heard_at, case.at)
    if now.open:
        return Finding(evidence=evidence)
    return Finding("window_closed", {"closed_at": now.closes_at.isoformat() if now.closes_at else None})


def content(case: Case) -> Finding:
    """There is something to send, and WhatsApp takes it."""
    draft = case.draft
    if not has_text(draft.body) and not draft.content_sid and not draft.media_urls:
        return Finding("body_empty")
    if draft.content_sid and (draft.body or draft.media_urls):
        return Finding("template_not_alone", {"beside": "body" if draft.body else "media"})
    if len(draft.body) > MAX_BODY:
        return Finding("body_too_long", {"length": len(draft.body), "most": MAX_BODY})
    for name, value in draft.content_variables:
        if values.fault_of(value):
            return Finding("variable_invalid", {"variable": name})
    return _all_variables(case)


def media(case: Case) -> Finding:
    """WhatsApp takes as many files in one message."""
    files = len(case.draft.media_urls)
    return Finding("too_many_files", {"files": files, "most": MAX_FILES}) if files > MAX_FILES else PASSES


def _all_variables(case: Case) -> Finding:
    """Each variable of the template has a value: for one that hasn't Twilio would send the template's sample."""
    if case.template is None:
        return PASSES
    absent = rendering.missing(case.template.content_types, dict(case.draft.content_variables))
    return Finding("variable_missing", {"variable": ", ".join(absent)}) if absent else PASSES
