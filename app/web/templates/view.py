"""The list of templates and one template, ready to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.templates import groups, rendering, types
from app.domain.templates.groups import Group
from app.store.tables import Template
from app.web.words import templates as words

# The state that a name is shown with: what is to be looked after first.
_WORST = ("disabled", "rejected", "paused", "pending", "received", "unsubmitted", "approved")


@dataclass(frozen=True)
class Badge:
    """A state as it is shown."""

    name: str
    kind: str
    icon: str


@dataclass(frozen=True)
class LanguageView:
    """One language of a name; `odd` says what of it isn't as in the others."""

    id: int
    language: str
    badge: Badge
    odd: str


@dataclass(frozen=True)
class GroupView:
    """One name with its languages; `reason` is what Meta says where it isn't approved."""

    name: str
    first: int
    categories: str
    kind: str
    body: str
    languages: list[LanguageView]
    badge: Badge
    reason: str
    last_used_at: datetime | None


@dataclass(frozen=True)
class Asked:
    """What a list of templates shall show."""

    query: str = ""
    state: str = ""
    category: str = ""
    language: str = ""

    @property
    def filtered(self) -> bool:
        """Whether it is less than all."""
        return self != Asked()

    def wants(self, template: Template) -> bool:
        """Whether a template fits."""
        words_in = f"{groups.name_of(template)}\n{template.friendly_name}\n{template.body}\n{template.sid}".casefold()
        return (
            all(word in words_in for word in self.query.casefold().split())
            and self.state in ("", template.status)
            and self.category in ("", template.category)
            and self.language in ("", template.language)
        )


def badge(template: Template) -> Badge:
    """The state of one template."""
    return Badge(*words.state(template.status, gone=template.gone_at is not None))


def group_views(templates: Sequence[Template], asked: Asked) -> list[GroupView]:
    """Every name that has a template which fits, with all its languages."""
    return [_group(group) for group in groups.groups(templates) if any(map(asked.wants, group.members))]


def language_views(group: Group) -> list[LanguageView]:
    """The languages of a name."""
    return [
        LanguageView(member.id or 0, member.language or "?", badge(member), _odd(group, member))
        for member in group.members
    ]


def variables_of(template: Template) -> list[tuple[str, str]]:
    """The variables that a template needs, with their samples."""
    return [
        (f"{{{{{name}}}}}", str(template.variables.get(name, ""))) for name in rendering.needed(template.content_types)
    ]


def _group(group: Group) -> GroupView:
    worst = min(group.members, key=lambda member: _WORST.index(member.status) if member.status in _WORST else -1)
    used = [member.last_used_at for member in group.members if member.last_used_at]
    return GroupView(
        name=group.name,
        first=group.members[0].id or 0,
        categories=", ".join(dict.fromkeys(words.category(one.category) for one in group.members if one.category)),
        kind=", ".join(dict.fromkeys(words.kind(one.kind) for one in group.members)),
        body=types.plain(group.members[0].body),
        languages=language_views(group),
        badge=badge(worst),
        reason=next((member.rejection_reason for member in group.members if member.rejection_reason), ""),
        last_used_at=max(used) if used else None,
    )


def _odd(group: Group, member: Template) -> str:
    return ", ".join(words.differs(what) for what in group.differs(member))
