"""The list of people by what is in force: pages by keyset, newest first.

No query reads more than a few hundred rows, however many there are: a page whose filter is rare ends where the reading
ended, and goes on from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.store.consent import people_filter
from app.store.consent.people_filter import PeopleFilter, Unindexed
from app.store.each_value import each_value
from app.store.tables import ConsentState

PAGE = 50
# Rows that one page looks at for each word of its first filter.
LOOKED_AT = 200
_NEWER = aliased(ConsentState)
# By the names of a Position.
_PLACE: dict[str, Any] = {"since": col(ConsentState.since), "state_id": col(ConsentState.id)}


class Position(NamedTuple):
    """Where a page ended: when the last state began, and its number."""

    since: datetime
    state_id: int


class Entry(NamedTuple):
    """A person, and where the newest state that fits stands."""

    contact_id: int
    at: Position


@dataclass(frozen=True)
class Page:
    """People, newest first. `more` is where the next page begins, None at the end; `short` when it may bring more
    though this page isn't full."""

    entries: list[Entry]
    more: Position | None
    short: bool = False


def page(session: Session, account_sid: str, asked: PeopleFilter, after: Position | None = None) -> Page:
    """The people who fit, below `after`."""
    wanted = people_filter.possible(asked)
    if wanted is None:
        return Page([], None)
    query = _looked_at(people_filter.shape(wanted), after is not None, LOOKED_AT)
    known = people_filter.values(account_sid, wanted) | (after._asdict() if after else {})
    entries: list[Entry] = []
    ends: list[Position] = []
    for value in people_filter.lead(wanted)[1]:
        rows = session.execute(query, known | {"value": value}).all()
        entries += [Entry(row.contact_id, Position(row.since, row.id)) for row in rows if row.fits]
        if len(rows) == LOOKED_AT:
            ends.append(Position(rows[-1].since, rows[-1].id))
    # Below the first end others may lie between.
    end = max(ends, default=None)
    seen = sorted((one for one in entries if end is None or one.at >= end), key=lambda one: one.at, reverse=True)
    if len(seen) > PAGE:
        return Page(seen[:PAGE], seen[PAGE - 1].at)
    return Page(seen, end, short=end is not None)


def countries(session: Session, account_sid: str) -> list[str]:
    """The countries of what is in force."""
    return each_value(session, account_sid, ConsentState, ConsentState.region)


@lru_cache(people_filter.KEPT)
def _looked_at(wanted: PeopleFilter, goes_on: bool, limit: int) -> Any:
    """The next states in the order of the list, each with whether it is the newest of its person that fits."""
    newer, state = _NEWER, ConsentState
    # The few states of one person are found by the person; any other index here holds everybody's.
    over = sa.exists().where(
        col(newer.account_sid) == sa.bindparam("account_sid"),
        col(newer.contact_id) == col(state.contact_id),
        *people_filter.conditions(Unindexed(newer), wanted),
        sa.tuple_(Unindexed(newer).since, col(newer.id)) > sa.tuple_(col(state.since), col(state.id)),
    )
    query = sa.select(
        col(state.id),
        col(state.contact_id),
        col(state.since),
        sa.and_(sa.true(), *people_filter.conditions(state, wanted), ~over).label("fits"),
    )
    query = people_filter.in_order(query, wanted, "value")
    if goes_on:
        after = [sa.bindparam(name, type_=column.type) for name, column in _PLACE.items()]
        query = query.where(sa.tuple_(*_PLACE.values()) < sa.tuple_(*after))
    return query.limit(limit)
