"""Hosted files in a template's variables: the value is what is left of an address made for one attempt alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.domain.media import files, grants
from app.domain.templates import media_variables
from app.store.database import Session
from app.store.tables import Message
from app.store.templates import rows as templates


def values(
    session: Session,
    links: grants.MediaLinks,
    leaving: Sequence[tuple[Message, int]],
    at: datetime,
    lives: timedelta,
) -> dict[int, dict[str, str]]:
    """The values of each attempt's variables, by its number."""
    made = {
        attempt: {name: str(value) for name, value in message.content_variables.items()} for message, attempt in leaving
    }
    uses = [
        (message, attempt, name, number)
        for message, attempt in leaving
        for name, value in made[attempt].items()
        # In any other variable it is a text like any.
        if (number := files.referred(value)) is not None and name in _prefixes(session, message)
    ]
    wanted = [(message, attempt, number) for message, attempt, _name, number in uses]
    for (message, attempt, name, _number), address in zip(
        uses, grants.for_files(session, links, wanted, at, lives), strict=True
    ):
        if address:
            made[attempt][name] = address.removeprefix(_prefixes(session, message)[name])
    return made


def _prefixes(session: Session, message: Message) -> dict[str, str]:
    template = templates.by_sid(session, message.account_sid, message.content_sid)
    return media_variables.prefixes(template.content_types) if template else {}
