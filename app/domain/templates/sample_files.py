"""Temporary URLs of our files in a template's samples: they live until the template is decided, and a day more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from app.domain.templates import types
from app.store.database import Session
from app.store.media import samples

UNDECIDED = frozenset({"received", "pending"})
# From each look at a template that isn't decided, so that it is a day from the decision.
_LIVES = timedelta(days=1)
# The number of the grant that an address names (app/domain/media/grants.py), which nothing vouches for.
_NUMBER = re.compile(r"/media/temp/([0-9]{1,18})\.")

GrantOf = Callable[[str], int | None]


def grant(
    session: Session,
    account_sid: str,
    content_types: Mapping[str, Any],
    values: Mapping[str, Any],
    grant_of: GrantOf,
    at: datetime,
) -> None:
    """Let Meta fetch the samples of a template that is submitted; `grant_of` tells the grant of an address of ours."""
    numbers = {number for text in _filled(content_types, values) if (number := grant_of(text)) is not None}
    samples.grant(session, account_sid, numbers, at + _LIVES)


def extend(
    session: Session, account_sid: str, content_types: Mapping[str, Any], values: Mapping[str, Any], at: datetime
) -> None:
    """Let what was granted so live on, for a template that is not decided yet."""
    numbers = {int(found[1]) for text in _filled(content_types, values) if (found := _NUMBER.search(text))}
    samples.extend(session, account_sid, numbers, at + _LIVES)


def _filled(content_types: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[str]:
    for text in types.texts(content_types):
        yield types.PLACEHOLDER.sub(lambda slot: str(values.get(slot[1], "")), text)
