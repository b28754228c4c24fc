"""Find a template by what is typed, and choose its language for somebody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from app.domain.templates import languages, sendable
from app.domain.templates.groups import Group, Named
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


def found(named: Mapping[str, Sequence[Named]], typed: str) -> list[str]:
    """The names in which every word that was typed stands: those which begin so first, else the last used.

    `named` are the templates under their names; their text and SID are looked into as well.
    """
    words = typed.casefold().replace("_", " ").split()
    ranked = [(place, name) for name, members in named.items() if (place := _place(name, members, words)) is not None]
    ranked.sort(key=lambda pair: pair[1].casefold())
    ranked.sort(key=lambda pair: _last_used_at(named[pair[1]]), reverse=True)
    ranked.sort(key=lambda pair: pair[0])
    return [name for _, name in ranked]


def _last_used_at(members: Sequence[Named]) -> datetime:
    return max(template.last_used_at or _NEVER for template in members)


def _place(name: str, members: Sequence[Named], words: Sequence[str]) -> int | None:
    """0 where the name begins so, 1 where a word of it does, 2 where it is anywhere; None where it isn't there."""
    name = name.casefold().replace("_", " ")
    if not words or name.startswith(" ".join(words)):
        return 0
    if all(f" {word}" in f" {name}" for word in words):
        return 1
    text = " ".join([name, *(f"{template.body} {template.sid}" for template in members)]).casefold()
    return 2 if all(word in text for word in words) else None
