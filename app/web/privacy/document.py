"""`person.html` of an export: all that is kept of one person, to read without any other program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import current_app

from app.web.words import consent_fields
from app.web.words.consent import purpose_name, state_name

_PARTS_AT_ONCE = 200


def document(head: Mapping[str, Any], conversations: Iterable[tuple[Any, Iterator[Any]]]) -> Iterator[str]:
    """The document in parts; messages are read while it is made."""
    template = current_app.jinja_env.get_template("privacy/document.html")
    stream = template.stream(
        person=head,
        conversations=conversations,
        record_facts=consent_fields.facts,
        purpose_name=purpose_name,
        state_name=state_name,
        not_counting=consent_fields.not_counting,
        moment=moment,
    )
    stream.enable_buffering(_PARTS_AT_ONCE)
    return iter(stream)


def moment(text: str | None) -> str:
    """2026-11-20 08:42:03 UTC of an ISO moment; '' of none."""
    return consent_fields.moment(text) if text else ""
