"""The gate's rules about what the person agreed to and took back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.gate.case import EXCEPTIONS, PASSES, SERVICE, Case, Finding


@dataclass(frozen=True)
class Permission:
    """What allows a message: an opt-in of record, or (without `record_id`) a message of the person's."""

    since: datetime
    record_id: int | None = None
    basis: str = ""
    valid_until: datetime | None = None

    def as_evidence(self) -> dict[str, Any]:
        """Its number and time."""
        if self.record_id is None:
            return {"heard_at": self.since.isoformat()}
        return {"consent_record_id": self.record_id, "basis": self.basis, "given_at": self.since.isoformat()}


def block(case: Case) -> Finding:
    """Neither Twilio nor WhatsApp hold our messages to them back."""
    held = case.facts.standing.block(case.purpose, case.facts.sender)
    if held is None:
        return PASSES
    return Finding("blocked_at_twilio", {"consent_record_id": held.record_id, "since": held.since.isoformat()})


def suppression(case: Case) -> Finding:
    """They didn't opt out of it; an opt-out is confirmed, and who asks for help answered, all the same."""
    if case.draft.origin in EXCEPTIONS:
        return PASSES
    out = case.facts.standing.opt_out(case.purpose, case.facts.sender, case.facts.identity)
    if out is None:
        return PASSES
    return Finding("suppressed", {"consent_record_id": out.record_id, "since": out.since.isoformat()})


def consent(case: Case) -> Finding:
    """They agreed to messages of this purpose, as their region asks for it."""
    found = _chosen(case)
    if found is not None:
        return Finding(evidence=found.as_evidence())
    needed = {"needs": case.needed.needs, "opt_in_for": list(case.needed.opt_in_for), "bases": list(case.needed.bases)}
    return Finding("consent_missing", {**needed, "purpose": case.purpose, "region": case.facts.region})


def freshness(case: Case) -> Finding:
    """What they agreed to is neither too old nor unused for too long."""
    found = _chosen(case)
    if found is None:
        return Finding(applies=False)
    over = _over(case, found)
    if over is None:
        return PASSES
    clock, ended_at = over
    said = {**found.as_evidence(), "clock": clock, "ended_at": ended_at.isoformat()}
    return Finding("consent_stale", {**said, "purpose": case.purpose, "region": case.facts.region})


def _chosen(case: Case) -> Permission | None:
    """What the message rests on: the first that is fresh, else the first that there is."""
    found = list(_permissions(case))
    return next((one for one in found if _over(case, one) is None), found[0] if found else None)


def _permissions(case: Case) -> Iterator[Permission]:
    needed, facts = case.needed, case.facts
    for purpose in needed.opt_in_for:
        given = facts.standing.opt_in(purpose, facts.sender, facts.identity)
        if given is not None and (not needed.bases or given.basis in needed.bases):
            yield Permission(given.since, given.record_id, given.basis, given.valid_until)
    # A message is permission to answer, whatever else is asked for.
    answers = case.purpose == SERVICE and case.window_open
    heard_at = facts.last_inbound_at if answers else facts.heard_at
    if heard_at is not None and (answers or needed.needs == "opt_in_or_message"):
        yield Permission(heard_at)


def _over(case: Case, found: Permission) -> tuple[str, datetime] | None:
    """The clock that has run out and when it did, None while none has."""
    needed = case.needed
    if found.valid_until is not None and found.valid_until <= case.at:
        return "valid_until", found.valid_until
    max_age = needed.max_age_months_by_basis.get(found.basis, needed.max_age_months)  # type: ignore[call-overload]
    if max_age and (ends := months_after(found.since, max_age)) <= case.at:
        return "max_age", ends
    if not needed.max_unused_months:
        return None
    last = max(found.since, case.facts.heard_at or found.since)
    if months_after(last, needed.max_unused_months) > case.at:
        return None
    # Looked up only now: it costs a query.
    last = max(last, case.facts.last_use(case.purpose) or last)
    ends = months_after(last, needed.max_unused_months)
    return ("max_unused", ends) if ends <= case.at else None


def months_after(moment: datetime, months: int) -> datetime:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    for day in (moment.day, 30, 29, 28):
        try:
            return moment.replace(year=year, month=month + 1, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")
