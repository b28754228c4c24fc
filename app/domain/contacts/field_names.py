"""Names of contacts' fields where one is asked for: whether anybody has such a field, and which one may be meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence

from app.store import contact_fields
from app.store.database import Session

_MOST_NAMED = 10


class FieldUnknown(Exception):
    """Nobody has a field of this `name`. `near` are names like it, `there` those there are, as many as one reads."""

    def __init__(self, name: str, near: Sequence[str], there: Sequence[str]) -> None:
        super().__init__(name)
        self.name, self.near, self.there = name, near, there


def require_known(session: Session, account_sid: str, names: Iterable[str]) -> None:
    """Raises FieldUnknown for the first of these names that no contact of the account has."""
    asked = list(names)
    there = contact_fields.names(session, account_sid) if asked else []
    for name in asked:
        if name not in there:
            raise FieldUnknown(name, difflib.get_close_matches(name, there), there[:_MOST_NAMED])
