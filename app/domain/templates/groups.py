"""Templates of one name: the languages of one template, and which of them don't fit the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.storable_text import storable
from app.domain.templates import rendering
from app.store.database import Session
from app.store.tables import Template
from app.store.templates import rows

LONGEST_NAME = 500
T = TypeVar("T")


@dataclass(frozen=True)
class Group:
    """The templates under one name, by language."""

    name: str
    members: tuple[Template, ...]

    def differs(self, member: Template) -> tuple[str, ...]:
        """What of a member isn't as in most others: `variables`, `type`; () where it fits."""
        if len(self.members) < 2:
            return ()
        found = []
        if rendering.needed(member.content_types) != _usual(
            [rendering.needed(one.content_types) for one in self._best]
        ):
            found.append("variables")
        if member.kind != _usual([one.kind for one in self._best]):
            found.append("type")
        return tuple(found)

    @property
    def _best(self) -> Sequence[Template]:
        # Of equally many the approved ones are the measure.
        return sorted(self.members, key=lambda member: member.status != "approved")


def _usual(values: Sequence[T]) -> T:
    return Counter(values).most_common(1)[0][0]


class Named(Protocol):
    """What a template is found by: a whole one, or its name alone."""

    @property
    def sid(self) -> str: ...
    @property
    def friendly_name(self) -> str: ...
    @property
    def group_name(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def last_used_at(self) -> datetime | None: ...


def name_of(template: Named) -> str:
    """The name under which a template stands: the one it was put under, or its own."""
    return template.group_name or template.friendly_name or template.sid


N = TypeVar("N", bound=Named)


def groups(templates: Iterable[Template]) -> list[Group]:
    """The templates under their names, in the order of these."""
    ordered = sorted(by_name(templates).items(), key=lambda item: item[0].casefold())
    return [Group(name, tuple(sorted(members, key=lambda one: (one.language, one.sid)))) for name, members in ordered]


def by_name(templates: Iterable[N]) -> dict[str, list[N]]:
    """The templates under their names."""
    found: dict[str, list[N]] = {}
    for template in templates:
        found.setdefault(name_of(template), []).append(template)
    return found


def group_of(templates: Iterable[Template], template: Template) -> Group:
    """The group that a template is in."""
    return next(group for group in groups(templates) if group.name == name_of(template))


def put_under(session: Session, actor: Actor, template_id: int, name: str) -> bool:
    """Put a template under another name, or under its own where it is ''. False where there is no such template.

    Raises NotAllowed.
    """
    access.require(actor, "template.manage")
    template = rows.by_id(session, actor.account_sid, template_id)
    if template is None:
        return False
    before, after = name_of(template), storable(name.strip())[:LONGEST_NAME]
    after = "" if after == template.friendly_name else after
    if after == template.group_name:
        return True
    rows.change(session, actor.account_sid, template_id, group_name=after)
    shown = after or template.friendly_name
    change = {"what": "group", "before": before, "after": shown, "reason": ""}
    rows.add_changes(
        session, [{"account_sid": actor.account_sid, "template_id": template_id, "recorded_at": now(), **change}]
    )
    audit.record(session, actor, "template.group", "template", template_id, before=before, after=shown)
    return True
