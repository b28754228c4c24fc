"""The sender form: a template found by its name, its variables, and exactly what the person gets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.gate import rules as gate
from app.domain.gate.decision import Decision
from app.domain.gate.draft import Draft
from app.domain.templates import groups, rendering, sendable, values
from app.domain.templates.groups import Group
from app.store.database import Session
from app.store.tables import Template
from app.store.templates import rows as templates
from app.web.compose import carry_over, choosing
from app.web.compose.audience import Audience
from app.web.compose.file_fields import file_fields, shown_file
from app.web.compose.variable_field import VariableField, variable_field
from app.web.templates.phone import PhoneView, phone_view
from app.web.words import templates as words
from app.web.words.refusals import Sentence, refusal
from app.web.words.template_choice import state_name

_OF_VARIABLES = ("variable_missing", "variable_invalid")


@dataclass(frozen=True)
class Answer:
    """What the gate says of it as it stands now: it may go, or why not; `open` names what isn't filled in."""

    allowed: bool
    why_not: Sentence | None = None
    open: tuple[str, ...] = ()


@dataclass(frozen=True)
class Picked:
    """The template that was chosen, its fields, its preview, and the gate's answer.

    `too_long` is how many characters the text has, where WhatsApp takes fewer.
    """

    template: Template
    name: str
    category: str
    state: str
    siblings: list[tuple[str, str]]
    fields: list[VariableField]
    preview: PhoneView
    answer: Answer
    seen: str
    too_long: int = 0
    may_remember: bool = False


@dataclass(frozen=True)
class Picker:
    """The form for a template of the account's own; `picked` is None before one is chosen."""

    audience: str
    choices: list[choosing.Choice] = field(default_factory=list)
    picked: Picked | None = None


def known(session: Session, account_sid: str) -> bool:
    """Whether the account's templates were read, so that there is something to choose from."""
    return templates.listed_at(session, account_sid) is not None


def picker(
    session: Session, who: Actor, audience: Audience, sid: str, given: Mapping[str, str], wrong: Mapping[str, str]
) -> Picker | None:
    """The form with what was chosen and typed; None where the account's templates were never read."""
    if not known(session, who.account_sid):
        return None
    everything = groups.groups(templates.all_of(session, who.account_sid))
    if not sid and audience.text:
        sid = carry_over.template_for(session, everything, audience, who)
    chosen = picked(session, who, audience, sid, given, wrong, everything) if sid else None
    return Picker(audience.key, choosing.choices(everything, audience, ""), chosen)


def picked(
    session: Session,
    who: Actor,
    audience: Audience,
    sid: str,
    given: Mapping[str, str],
    wrong: Mapping[str, str] | None = None,
    everything: Sequence[Group] = (),
) -> Picked | None:
    """The chosen template with these values; those that are known of the person stand in for what isn't given.

    Its other languages are those in `everything`.
    """
    template = templates.by_sid(session, who.account_sid, sid)
    if template is None:
        return None
    names = rendering.needed(template.content_types)
    by_itself = carry_over.by_themselves(session, template, audience, who)
    filled = {name: given.get(name, by_itself.get(name, "")) for name in names}
    siblings = choosing.siblings(everything, template)
    of_file = file_fields(session, who, template)
    return Picked(
        template=template,
        name=groups.name_of(template),
        category=words.category(template.category),
        state=state_name(template),
        siblings=siblings,
        fields=[
            replace(variable_field(template, name, filled[name], by_itself, wrong or {}), **of_file.get(name, {}))
            for name in names
        ],
        preview=preview(template, {name: shown_file(of_file, name, value) for name, value in filled.items()}),
        answer=answer(session, who, audience, template, filled),
        seen=seen(template),
        too_long=rendering.too_long(template.content_types, filled),
        may_remember=audience.contact is not None and len(siblings) > 1,
    )


def preview(template: Template, filled: Mapping[str, str]) -> PhoneView:
    """What the person gets; a variable without a value stands there by its name."""
    shown = {name: filled.get(name) or "{{" + name + "}}" for name in rendering.needed(template.content_types)}
    return phone_view(rendering.render(template.content_types, shown))


def answer(session: Session, who: Actor, audience: Audience, template: Template, filled: Mapping[str, str]) -> Answer:
    """What the gate says, before anything is sent."""
    open_ = tuple(name for name, value in filled.items() if values.fault_of(value))
    if audience.facts is None:
        rule = sendable.why_not(template)
        return Answer(not rule and not open_, refusal(rule) if rule else None, () if rule else open_)
    draft = Draft(content_sid=template.sid, content_variables=tuple(filled.items()))
    decision = gate.decide(audience.facts, draft, now())
    of_variables = decision.rule in _OF_VARIABLES
    why_not = None if decision.allowed or of_variables else refusal(decision.rule)
    return Answer(decision.allowed, why_not, open_ if of_variables else ())


def seen(template: Template) -> str:
    """What was looked at before it is sent: another text, type or category is another template."""
    content = json.dumps([template.sid, template.category, template.content_types], sort_keys=True)
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def changed_since(session: Session, account_sid: str, sid: str, looked_at: str) -> Decision | None:
    """The refusal where the template is another one than the person looked at; None where it isn't."""
    template = templates.by_sid(session, account_sid, sid) if looked_at else None
    return Decision(False, "template_changed") if template is not None and seen(template) != looked_at else None
