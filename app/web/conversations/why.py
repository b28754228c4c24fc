"""`/conversations/<id>/why`: every rule of the gate for this person, for text and for a template of each purpose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, render_template

from app.consent_words import PURPOSES
from app.domain.clock import now
from app.domain.gate import facts, in_force
from app.domain.gate import rules as gate
from app.domain.gate.case import Finding
from app.domain.gate.facts import Facts
from app.gate_words import RULES
from app.store.conversations.threads import Thread
from app.store.database import Session
from app.web.conversations.load import of_thread
from app.web.shell.current_user import allowed
from app.web.words import gate as words
from app.web.words.contact_names import shown_address
from app.web.words.gettext import _
from app.web.words.refusals import Sentence, refusal

blueprint = Blueprint("why", __name__)


@dataclass(frozen=True)
class KindView:
    """Text, or a template for a purpose: its name, and why it can't be sent, None when it can."""

    name: str
    why_not: Sentence | None


@dataclass(frozen=True)
class RuleView:
    """One rule: what it asks, its state for each kind (ok, refused, unasked), and what it rests on."""

    name: str
    states: list[str]
    evidence: list[str]


@dataclass(frozen=True)
class WhyView:
    """All rules for one person."""

    conversation_id: int
    contact_id: int
    name: str
    region: str
    region_is_set: bool
    version: str
    kinds: list[KindView]
    rules: list[RuleView]


@blueprint.get("/conversations/<int:conversation>/why")
def page(conversation: int) -> str:
    """What may be sent to this person now, and which rule stands against what may not."""
    account_sid = allowed("conversation.read").account_sid

    def read(session: Session, thread: Thread) -> str:
        about = facts.of_conversation(session, account_sid, thread.conversation, thread.address)
        return render_template("conversations/why.html", view=_view(thread, about, now()))

    return of_thread(conversation, read)


def _view(thread: Thread, about: Facts, at: datetime) -> WhyView:
    found = {_("Free text"): _findings(about, "service", at, template=False)}
    for purpose in PURPOSES:
        found[words.purpose_name(purpose)] = _findings(about, purpose, at, template=True)
    return WhyView(
        conversation_id=thread.conversation.id or 0,
        name=thread.contact.shown_name or shown_address(thread.contact, thread.address),
        contact_id=thread.contact.id or 0,
        region=about.region,
        region_is_set=bool(thread.contact.region),
        version=in_force.rules().version,
        kinds=[KindView(name, _why_not(rules)) for name, rules in found.items()],
        rules=[_rule(rule, [rules[rule] for rules in found.values()]) for rule in RULES],
    )


def _findings(about: Facts, purpose: str, at: datetime, *, template: bool) -> Mapping[str, Finding]:
    return {one.rule: one.finding for one in gate.examine(about, purpose, at, template=template)}


def _why_not(found: Mapping[str, Finding]) -> Sentence | None:
    refused = next((one.refused for one in found.values() if one.refused), "")
    return refusal(refused) if refused else None


def _rule(rule: str, found: list[Finding]) -> RuleView:
    states = ["unasked" if not one.applies else "refused" if one.refused else "ok" for one in found]
    told = [line for one in found if one.applies for line in words.evidence(one.evidence)]
    return RuleView(words.rule_name(rule), states, list(dict.fromkeys(told)))
