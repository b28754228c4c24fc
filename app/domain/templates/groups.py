"""Templates under one name, in all their languages; finding one, and choosing its language for somebody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from app.domain.templates import languages, sendable
from app.store.tables import Template

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Group:
    """A template's name, and its SIDs by language."""

    name: str
    templates: tuple[Template, ...]

    @property
    def last_used_at(self) -> datetime:
        """When one of them was asked for last."""
        return max(template.last_used_at or _NEVER for template in self.templates)

    def best(self, wished: Sequence[str], *, window_open: bool = False) -> Template:
        """The one for somebody with these wishes: what may be sent first, then by language."""
        return min(
            self.templates,
            key=lambda one: (
                sendable.why_not(one, window_open=window_open) is not None,
                languages.rank(one.language, wished),
                one.sid,
            ),
        )


def groups(templates: Iterable[Template]) -> list[Group]:
    """The templates by name, in the order in which they came."""
    found: dict[str, list[Template]] = {}
    for template in templates:
        found.setdefault(name_of(template), []).append(template)
    return [Group(name, tuple(members)) for name, members in found.items()]


def name_of(template: Template) -> str:
    """The name that joins a template's languages."""
    return template.group_name or template.friendly_name or template.sid


def found(all_groups: Iterable[Group], typed: str) -> list[Group]:
    """The groups in which every word that was typed stands: those whose name begins so first, else the last used."""
    words = typed.casefold().replace("_", " ").split()
    ranked = [(place, group) for group in all_groups if (place := _place(group, words)) is not None]
    ranked.sort(key=lambda pair: pair[1].name)
    ranked.sort(key=lambda pair: pair[1].last_used_at, reverse=True)
    ranked.sort(key=lambda pair: pair[0])
    return [group for _, group in ranked]


def _place(group: Group, words: Sequence[str]) -> int | None:
    """0 where the name begins so, 1 where a word of it does, 2 where it is anywhere; None where it isn't there."""
    name = group.name.casefold().replace("_", " ")
    if not words or name.startswith(" ".join(words)):
        return 0
    if all(f" {word}" in f" {name}" for word in words):
        return 1
    text = " ".join([name, *(f"{template.body} {template.sid}" for template in group.templates)]).casefold()
    return 2 if all(word in text for word in words) else None
