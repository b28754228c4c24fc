"""`person.html` of an export: all that is kept of one person, to read without any other program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import current_app

_PARTS_AT_ONCE = 200


def document(head: Mapping[str, Any], conversations: Iterable[tuple[Any, Iterator[Any]]]) -> Iterator[str]:
    """The document in parts; messages are read while it is made."""
    template = current_app.jinja_env.get_template("privacy/document.html")
    stream = template.stream(
        person=head,
        conversations=conversations,
        record_facts=record_facts,
        moment=moment,
    )
    stream.enable_buffering(_PARTS_AT_ONCE)
    return iter(stream)


def moment(text: str | None) -> str:
    """2026-11-20 08:42:03 UTC of an ISO moment; '' of none."""
    return f"{text[:10]} {text[11:19]} UTC" if text else ""


def record_facts(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a consent record says: its fields that say something, by their names in the JSON."""
    shown = {"record_id", "purpose", "state", "occurred_at"}
    return [(name.replace("_", " "), str(value)) for name, value in record.items() if value and name not in shown]
