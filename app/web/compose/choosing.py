"""What the list of templates shows, and the languages of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.clock import now
from app.domain.gate import rules as gate
from app.domain.templates import choosing, groups, sendable
from app.domain.templates.groups import Group
from app.store.database import Session
from app.store.tables import Template
from app.store.templates import rows as templates
from app.web.compose.audience import Audience
from app.web.words import templates as words
from app.web.words.gettext import _
from app.web.words.template_choice import language_name, state_name

MOST_CHOICES = 20


@dataclass(frozen=True)
class Choice:
    """One template in the list, in the language for this person; `why_not` where it can't be sent now."""

    sid: str
    name: str
    text: str
    language: str
    languages: int
    category: str
    why_not: str


def choices(everything: Sequence[Group], audience: Audience, typed: str) -> list[Choice]:
    """The templates that fit what was typed, the best first."""
    by_name = {group.name: group for group in everything}
    found = choosing.found({name: group.members for name, group in by_name.items()}, typed)
    return [_choice(by_name[name], audience) for name in found[:MOST_CHOICES]]


def choices_for(rows: Session, account_sid: str, audience: Audience, typed: str) -> list[Choice]:
    """The same, of all of the account's; only those that are shown are read whole."""
    named = groups.by_name(templates.names(rows, account_sid))
    sids = [one.sid for name in choosing.found(named, typed)[:MOST_CHOICES] for one in named[name]]
    return choices(groups.groups(templates.to_choose_from(rows, account_sid, sids)), audience, typed)


def siblings(everything: Sequence[Group], template: Template) -> list[tuple[str, str]]:
    """The SIDs of a template's languages, with what they are called."""
    mine = next((group for group in everything if template.sid in {one.sid for one in group.members}), None)
    members = mine.members if mine else (template,)
    spoken = [one.language for one in members]
    return [(one.sid, _label(one, twice=spoken.count(one.language) > 1)) for one in members]


def _label(template: Template, *, twice: bool) -> str:
    said = language_name(template.language)
    if twice:
        said = f"{said}, …{template.sid[-4:]}"
    if sendable.why_not(template) is None:
        return said
    return _("%(language)s: %(state)s", language=said, state=state_name(template))


def _choice(group: Group, audience: Audience) -> Choice:
    window_open = False if audience.facts is None else _window_open(audience)
    best = choosing.best(group, audience.wishes, window_open=window_open)
    rule = sendable.why_not(best, window_open=window_open)
    return Choice(
        sid=best.sid,
        name=group.name,
        text=" ".join(best.body.split())[:140],
        language=best.language,
        languages=len({one.language for one in group.members}),
        category=words.category(best.category),
        why_not=state_name(best) if rule else "",
    )


def _window_open(audience: Audience) -> bool:
    assert audience.facts is not None
    return gate.window_open(audience.facts, now())
