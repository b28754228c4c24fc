"""The list of people by what is in force: pages by keyset, newest first, and bounded counts.

No query reads more than a few hundred rows, however many there are: a page whose filter is rare ends where the reading
ended, and goes on from there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from app.store import by_primary_key
from app.store.counts import MOST_COUNTED
from app.store.each_value import each_value
from app.store.prepared import Prepared
from app.store.tables import ConsentState

PAGE = 50
# Rows that one page looks at for each word of its first filter.
LOOKED_AT = 200
GIVEN = ("given", "renewed")


@dataclass(frozen=True)
class PeopleFilter:
    """Which people: those with a state in force that fits all of it; what is empty leaves a filter out.

    `given_before` asks for what was given before then. `contact_ids` are those whom a search found.
    """

    states: tuple[str, ...] = ()
    source: str = ""
    country: str = ""
    purpose: str = ""
    given_before: datetime | None = None
    blocked: bool = False
    overruled: bool = False
    contact_ids: frozenset[int] | None = None


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


def page(session: Session, account_sid: str, wanted: PeopleFilter, after: Position | None = None) -> Page:
    """The people who fit, below `after`."""
    if wanted.contact_ids is not None and not wanted.contact_ids:
        return Page([], None)
    lead, values = _lead(wanted)
    entries: list[Entry] = []
    ends: list[Position] = []
    for value in values:
        rows = session.execute(_looked_at(account_sid, wanted, lead, value, after)).all()
        entries += [Entry(row.contact_id, Position(row.since, row.id)) for row in rows if row.fits]
        if len(rows) == LOOKED_AT:
            ends.append(Position(rows[-1].since, rows[-1].id))
    # Below the first end others may lie between.
    end = max(ends, default=None)
    seen = sorted((one for one in entries if end is None or one.at >= end), key=lambda one: one.at, reverse=True)
    if len(seen) > PAGE:
        return Page(seen[:PAGE], seen[PAGE - 1].at)
    return Page(seen, end, short=end is not None)


def count_up_to(session: Session, account_sid: str, states: Collection[str]) -> tuple[int, bool]:
    """How many people have one of these states (any, when empty), and whether there are more than were counted."""
    total, more = 0, False
    for state in states or ("",):
        given = {"account_sid": account_sid, **({"state": state} if state else {})}
        people, rows = (_IN_STATE if state else _IN_ANY_STATE).first(session, given)
        total, more = total + people, more or rows > 4 * MOST_COUNTED
    return min(total, MOST_COUNTED), more or total > MOST_COUNTED


def _counted(*conditions: Any) -> Prepared:
    # Asked for by every page, some times over; to put it together takes longer than to run it.
    some = sa.select(col(ConsentState.contact_id)).where(*conditions)
    found = some.limit(sa.literal_column(str(4 * MOST_COUNTED + 1))).subquery()
    query = sa.select(sa.func.count(sa.distinct(found.c.contact_id)), sa.func.count())
    # Most people are in one of the states and hardly anybody in another.
    return Prepared(query.select_from(found), planned_anew=True)


_MINE = col(ConsentState.account_sid) == sa.bindparam("account_sid")
_IN_ANY_STATE = _counted(_MINE)
_IN_STATE = _counted(_MINE, col(ConsentState.state) == sa.bindparam("state"))


def countries(session: Session, account_sid: str) -> list[str]:
    """The countries of what is in force."""
    return each_value(session, account_sid, ConsentState, ConsentState.region)


def _looked_at(account_sid: str, wanted: PeopleFilter, lead: str, value: Any, after: Position | None) -> Any:
    """The next states in the order of the list, each with whether it is the newest of its person that fits."""
    newer = aliased(ConsentState)
    state = ConsentState
    # The few states of one person are found by the person; any other index here holds everybody's.
    over = sa.exists().where(
        col(newer.account_sid) == account_sid,
        col(newer.contact_id) == col(state.contact_id),
        *_conditions(_Unindexed(newer), wanted),
        sa.tuple_(_Unindexed(newer).since, col(newer.id)) > sa.tuple_(col(state.since), col(state.id)),
    )
    query = sa.select(
        col(state.id),
        col(state.contact_id),
        col(state.since),
        sa.and_(sa.true(), *_conditions(state, wanted), ~over).label("fits"),
    ).where(col(state.account_sid) == account_sid)
    since: Any = col(state.since)
    if lead == "contact_id":
        query = query.where(col(state.contact_id).in_(value))
        # These few are put in order; the index of that order holds everybody's.
        since = _Unindexed(state).since
    elif lead:
        query = query.where(getattr(state, lead) == value)
    if wanted.given_before is not None:
        query = query.where(col(state.since) < wanted.given_before)
    if after is not None:
        query = query.where(sa.tuple_(col(state.since), col(state.id)) < after)
    return query.order_by(since.desc(), col(state.id).desc()).limit(LOOKED_AT)


class _Unindexed:
    """The columns of a table, to be looked at and not looked up."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __getattr__(self, name: str) -> Any:
        column = getattr(self._table, name)
        return sa.type_coerce(by_primary_key.unindexed(column), column.type)


def _lead(wanted: PeopleFilter) -> tuple[str, tuple[Any, ...]]:
    """The column by whose index the list is read, and its words: the filter that should leave the fewest."""
    if wanted.contact_ids is not None:
        return "contact_id", (sorted(wanted.contact_ids),)
    for name in ("blocked", "overruled", "source"):
        if found := getattr(wanted, name):
            return name, (found,)
    if wanted.country:
        return "region", (wanted.country,)
    states = wanted.states or (GIVEN if wanted.given_before is not None else ())
    if states:
        return "state", states
    return ("purpose", (wanted.purpose,)) if wanted.purpose else ("", (None,))


def _conditions(table: Any, wanted: PeopleFilter) -> list[Any]:
    found: list[Any] = []
    if wanted.states:
        found.append(table.state.in_(wanted.states))
    if wanted.source:
        found.append(table.source == wanted.source)
    if wanted.country:
        found.append(table.region == wanted.country)
    if wanted.purpose:
        found.append(table.purpose == wanted.purpose)
    if wanted.given_before is not None:
        found += [table.state.in_(GIVEN), table.since < wanted.given_before]
    if wanted.blocked:
        found.append(table.blocked == sa.true())
    if wanted.overruled:
        found.append(table.overruled == sa.true())
    return found
