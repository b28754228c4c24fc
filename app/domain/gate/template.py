"""The gate's rules about templates: that WhatsApp takes this one now, and delivers its category there."""

from __future__ import annotations

from app.domain.gate.case import DOES_NOT_APPLY, MARKETING, PASSES, Case, Finding
from app.domain.templates import sendable


def approval(case: Case) -> Finding:
    """The template is there at Twilio, and may be sent now.

    Of an account whose templates were never read to their end, Twilio says so itself.
    """
    known = case.facts.templates
    if not case.is_template or known is None:
        return DOES_NOT_APPLY
    template, sid = case.template, case.draft.content_sid
    if template is None:
        return Finding("template_unknown", {"content_sid": sid}) if known.listed else DOES_NOT_APPLY
    evidence = {"content_sid": sid, "status": template.status, "category": template.category}
    return Finding(sendable.why_not(template, window_open=case.window_open) or "", evidence)


def delivered(case: Case) -> Finding:
    """WhatsApp delivers templates of this category to the person's country."""
    if not case.is_template or case.purpose != MARKETING:
        return DOES_NOT_APPLY
    there = case.region.marketing_templates_delivered and case.numbers_region.marketing_templates_delivered
    return PASSES if there else Finding("marketing_not_delivered", {"region": case.facts.region})
