"""The one gate: whether a message may leave. It reads rows, never the network, and is the same for every door."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.consent_words import PURPOSES
from app.domain.gate import content, permission, quiet_hours, recipient
from app.domain.gate import template as templates
from app.domain.gate.case import EXCEPTIONS, HELP_ANSWER, OPT_OUT_CONFIRMATION, Case, Finding, purpose_of
from app.domain.gate.content import MAX_BODY
from app.domain.gate.decision import Decision
from app.domain.gate.draft import Draft
from app.domain.gate.facts import Facts
from app.gate_words import RULES

__all__ = [
    "EXCEPTIONS",
    "HELP_ANSWER",
    "MAX_BODY",
    "OPT_OUT_CONFIRMATION",
    "content_violation",
    "decide",
    "examine",
    "foresee",
    "unreachable",
    "window_open",
]

Rule = Callable[[Case], Finding]
_FUNCTIONS: Mapping[str, Rule] = {
    "address": recipient.address,
    "sender": recipient.sender,
    "not_ourselves": recipient.not_ourselves,
    "country": recipient.country,
    "block": permission.block,
    "suppression": permission.suppression,
    "consent": permission.consent,
    "freshness": permission.freshness,
    "quiet_hours": quiet_hours.quiet_hours,
    "session_window": content.session_window,
    "approval": templates.approval,
    "template": templates.delivered,
    "content": content.content,
    "media": content.media,
}
# What depends on what is written.
OF_CONTENT = ("approval", "content", "media")
_BEFORE_IT_IS_WRITTEN = tuple(name for name in RULES if name not in OF_CONTENT)
_OF_KNOWN = ("address", "sender", "not_ourselves", "country", "block", "suppression")
# A template that nobody wrote yet.
_SOME_TEMPLATE = Draft(content_sid="HX" + "0" * 32)


@dataclass(frozen=True)
class Examined:
    """What one rule, by its name, says."""

    rule: str
    finding: Finding


def decide(facts: Facts, draft: Draft, at: datetime) -> Decision:
    """Ask every rule in turn; the first that refuses is the answer."""
    case = Case(facts, draft, purpose_of(draft, facts), at)
    evidence: dict[str, Any] = {"purpose": case.purpose, "region": facts.region}
    for name in RULES:
        found = _FUNCTIONS[name](case)
        if found.refused:
            return Decision(False, found.refused, found.evidence)
        evidence |= found.evidence
    return Decision(True, "exception:" + draft.origin if draft.origin in EXCEPTIONS else "ok", evidence)


def foresee(facts: Facts, draft: Draft, at: datetime) -> Decision:
    """As `decide`, but for the hour: what a message that may wait for it would be told."""
    case = Case(facts, draft, purpose_of(draft, facts), at)
    refused = _first(case, tuple(name for name in RULES if name != "quiet_hours"))
    return refused or Decision(True, "ok", {"purpose": case.purpose, "region": facts.region})


def examine(facts: Facts, purpose: str, at: datetime, *, template: bool) -> list[Examined]:
    """What each rule says of free text, or of a template for this purpose, that isn't written yet."""
    case = Case(facts, _SOME_TEMPLATE if template else Draft(body="?"), purpose, at)
    return [Examined(name, Finding(applies=False) if name in OF_CONTENT else _FUNCTIONS[name](case)) for name in RULES]


def unreachable(facts: Facts, at: datetime, *, known: bool) -> Decision | None:
    """Why not even a template may go to somebody, whatever it is for; None when one may.

    Of who is `known`, with a conversation of their own, only what no message changes is asked.
    """
    asked = _OF_KNOWN if known else _BEFORE_IT_IS_WRITTEN
    refusals = [_first(Case(facts, _SOME_TEMPLATE, purpose, at), asked) for purpose in PURPOSES]
    return None if None in refusals else refusals[0]


def window_open(facts: Facts, at: datetime) -> bool:
    """Whether a message to them would be an answer within the session window."""
    return Case(facts, _SOME_TEMPLATE, "", at).window_open


def content_violation(draft: Draft) -> Decision | None:
    """The refusal of a draft's content, whoever it is for; None when it may leave."""
    nobody = Facts("", "", "")
    return _first(Case(nobody, draft, purpose_of(draft, nobody), datetime.now(UTC)), OF_CONTENT)


def _first(case: Case, names: tuple[str, ...]) -> Decision | None:
    found = (_FUNCTIONS[name](case) for name in names)
    return next((Decision(False, one.refused, one.evidence) for one in found if one.refused), None)
