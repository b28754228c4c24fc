"""Find a template by what is typed, and choose its language for somebody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from app.domain.templates import languages, sendable
from app.domain.templates.groups import Group
from app.store.tables import Template

_NEVER = datetime.min.replace(tzinfo=UTC)


def best(group: Group, wished: Sequence[str], *, window_open: bool = False) -> Template:
    """The one for somebody with these wishes: what may be sent first, then by language."""
    return min(
        group.members,
        key=lambda one: (
            sendable.why_not(one, window_open=window_open) is not None,
            languages.rank(one.language, wished),
            one.sid,
        ),
    )


def found(all_groups: Iterable[Group], typed: str) -> list[Group]:
    """The groups in which every word that was typed stands: those whose name begins so first, else the last used."""
    words = typed.casefold().replace("_", " ").split()
    ranked = [(place, group) for group in all_groups if (place := _place(group, words)) is not None]
    ranked.sort(key=lambda pair: pair[1].name.casefold())
    ranked.sort(key=lambda pair: _last_used_at(pair[1]), reverse=True)
    ranked.sort(key=lambda pair: pair[0])
    return [group for _, group in ranked]


def _last_used_at(group: Group) -> datetime:
    return max(template.last_used_at or _NEVER for template in group.members)


def _place(group: Group, words: Sequence[str]) -> int | None:
    """0 where the name begins so, 1 where a word of it does, 2 where it is anywhere; None where it isn't there."""
    name = group.name.casefold().replace("_", " ")
    if not words or name.startswith(" ".join(words)):
        return 0
    if all(f" {word}" in f" {name}" for word in words):
        return 1
    text = " ".join([name, *(f"{template.body} {template.sid}" for template in group.members)]).casefold()
    return 2 if all(word in text for word in words) else None
