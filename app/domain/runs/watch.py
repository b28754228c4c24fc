"""What makes a run pause by itself: its template changed, too many failures of one code, or the money is spent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from app.domain.runs import prices
from app.domain.templates import sendable
from app.store.database import Session
from app.store.runs import results
from app.store.tables import TemplateRun
from app.store.templates import rows as templates

# One failure of these says that no message of the template arrives (docs/twilio.md).
TEMPLATE_STOPPED = ("63040", "63041", "63042")
# Fewer failures of a code say nothing about the rest.
LEAST_FAILURES = 10


@dataclass(frozen=True)
class Trouble:
    """Why a run pauses, as a word of RUN_REASONS, and what was seen."""

    reason: str
    detail: dict[str, Any] = field(default_factory=dict)


def trouble(session: Session, run: TemplateRun) -> Trouble | None:
    """Why the run is not to go on now; None when it may."""
    return _of_template(session, run) or _of_failures(session, run) or _of_money(session, run)


def _of_template(session: Session, run: TemplateRun) -> Trouble | None:
    template = templates.by_sid(session, run.account_sid, run.content_sid)
    why = sendable.why_not(template) if template is not None else "template_unknown"
    if why is not None or template is None:
        return Trouble("template_changed", {"why": why})
    if template.category != run.category:
        return Trouble("category_changed", {"before": run.category, "after": template.category})
    return None


def _of_failures(session: Session, run: TemplateRun) -> Trouble | None:
    since = run.detail.get("resumed_at")
    begun = datetime.fromisoformat(since) if since else run.started_at
    failed = results.failures(session, run.account_sid, run.id or 0, begun) if begun else {}
    if not failed:
        return None
    for code in TEMPLATE_STOPPED:
        if code in failed:
            return Trouble("template_stopped", {"code": code})
    code, count = max(failed.items(), key=lambda each: each[1])
    if count < LEAST_FAILURES:
        return None
    counts = results.counts(session, run.account_sid, run.id or 0)
    handed = sum(number for (state, _), number in counts.items() if state == "handed")
    if count * 100 < run.stop_share * handed:
        return None
    return Trouble("failures", {"code": code, "failed": count, "of": handed})


def _of_money(session: Session, run: TemplateRun) -> Trouble | None:
    if not run.spend_cap:
        return None
    spent = prices.in_force().cost(run.category, results.by_country(session, run.account_sid, run.id or 0, begun=True))
    if spent.amount < Decimal(run.spend_cap):
        return None
    return Trouble("spend_cap", {"spent": str(spent.amount), "cap": run.spend_cap})
