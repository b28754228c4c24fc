"""One question to the gate, and what one rule says to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.domain.contacts import addresses
from app.domain.contacts.session_window import window
from app.domain.gate import in_force
from app.domain.gate.draft import Draft
from app.domain.gate.facts import Facts
from app.domain.gate.rules_file import PurposeRules, Region
from app.domain.templates import sendable
from app.store.tables import Template

# Named exceptions to a rule. An opt-out is confirmed although it suppresses, and who asks for help is answered.
OPT_OUT_CONFIRMATION = "opt_out_confirmation"
HELP_ANSWER = "help_answer"
EXCEPTIONS = (OPT_OUT_CONFIRMATION, HELP_ANSWER)
SERVICE, MARKETING = "service", "marketing"


@dataclass(frozen=True)
class Finding:
    """What one rule says: `refused` is '' where it lets pass; `applies` is False where it has nothing to look at."""

    refused: str = ""
    evidence: dict[str, Any] = field(default_factory=dict)
    applies: bool = True


PASSES = Finding()
DOES_NOT_APPLY = Finding(applies=False)


@dataclass(frozen=True)
class Case:
    """A draft, whom it would reach, what it is for, and the moment."""

    facts: Facts
    draft: Draft
    purpose: str
    at: datetime

    @property
    def window_open(self) -> bool:
        """Whether this would be an answer within 24 hours."""
        return window(self.facts.last_inbound_at, self.at).open

    @property
    def is_template(self) -> bool:
        """A template, or free text."""
        return bool(self.draft.content_sid)

    @property
    def template(self) -> Template | None:
        """The template that is to be sent; None for text, and where it isn't known."""
        return template_of(self.draft, self.facts)

    @property
    def region(self) -> Region:
        """The rules of the person's region."""
        return in_force.rules().of(self.facts.region)

    @property
    def numbers_region(self) -> Region:
        """The rules of the number's country, for what depends on the number alone."""
        return in_force.rules().of(addresses.country_of(self.facts.address))

    @property
    def needed(self) -> PurposeRules:
        """What messages of this purpose need in this region."""
        return self.region.purpose(self.purpose)


def template_of(draft: Draft, facts: Facts) -> Template | None:
    """The template that a draft names, where it is known."""
    return facts.templates.find(draft.content_sid) if draft.content_sid and facts.templates else None


def purpose_of(draft: Draft, facts: Facts) -> str:
    """What a draft is for: free text answers a message, a template has its category's purpose.

    The rules file may name another category for a template. Categories are read here and nowhere else.
    """
    if not draft.content_sid:
        return SERVICE
    rules, template = in_force.rules().file, template_of(draft, facts)
    named = rules.template_categories.get(draft.content_sid)
    return named or sendable.purpose(template.category if template else "") or rules.unknown_category
