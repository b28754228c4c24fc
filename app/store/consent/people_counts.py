"""How many people the list holds by what is in force, counted no further than anybody reads.

A count is a number, and whether there may be more: of rows only so many are looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col

from app.store.consent import people_filter
from app.store.consent.people_filter import PeopleFilter
from app.store.counts import MOST_COUNTED
from app.store.prepared import Prepared
from app.store.tables import ConsentState

# People have several states each.
LOOKED_AT = 4 * MOST_COUNTED + 1


def count_up_to(session: Session, account_sid: str, states: Collection[str]) -> tuple[int, bool]:
    """How many people have one of these states (any, when empty)."""
    total, more = 0, False
    for state in states or ("",):
        given = {"account_sid": account_sid, **({"state": state} if state else {})}
        people, rows = (_IN_STATE if state else _IN_ANY_STATE).first(session, given)
        total, more = total + people, more or rows >= LOOKED_AT
    return _bounded(total, more)


def count_fitting(
    session: Session, account_sid: str, wanted: PeopleFilter, by_states: Sequence[tuple[str, ...]]
) -> list[tuple[int, bool]]:
    """How many of the people who fit, were their states these; a count for each of `by_states`."""
    everybody = people_filter.possible(replace(wanted, states=()))
    if everybody is None:
        return [(0, False)] * len(by_states)
    each = tuple(people_filter.possible(replace(wanted, states=states)) for states in by_states)
    shown = tuple(None if one is None else one.states for one in each)
    query = _counts(people_filter.shape(everybody), shown, LOOKED_AT)
    leads = {f"value_{place}": value for place, value in enumerate(people_filter.lead(everybody)[1])}
    found = session.execute(query, people_filter.values(account_sid, everybody) | leads).one()
    counts, looked_at = found[: len(each)], found[len(each) :]
    more = any((rows or 0) >= LOOKED_AT for rows in looked_at)
    return [_bounded(count, more and one is not None) for count, one in zip(counts, each, strict=True)]


def _bounded(total: int, more: bool) -> tuple[int, bool]:
    return min(total, MOST_COUNTED), more or total > MOST_COUNTED


@lru_cache(people_filter.KEPT)
def _counts(wanted: PeopleFilter, by_states: tuple[tuple[str, ...] | None, ...], limit: int) -> Any:
    """How many people fit by each of these states, and how many rows were looked at for each value of the lead."""
    places = range(len(people_filter.lead(wanted)[1]))
    newest = [_newest(wanted, place).limit(limit).subquery() for place in places]
    found = sa.union_all(*(sa.select(*some.c) for some in newest)).subquery()

    def people(states: tuple[str, ...] | None) -> Any:
        if states is None:
            return sa.literal(0)
        fits = people_filter.conditions(found.c, PeopleFilter(states=states))
        return sa.func.count(sa.distinct(sa.case((sa.and_(sa.true(), *fits), found.c.person))))

    looked_at = (sa.func.sum(sa.case((found.c.place == place, 1), else_=0)) for place in places)
    columns = enumerate([*map(people, by_states), *looked_at])
    return sa.select(*(column.label(f"n_{number}") for number, column in columns)).select_from(found)


def _newest(wanted: PeopleFilter, place: int) -> Any:
    """The newest states with this value of the filter's lead; of those that don't fit no person is told."""
    state = ConsentState
    fits = sa.and_(sa.true(), *people_filter.conditions(state, wanted))
    query = sa.select(
        sa.case((fits, col(state.contact_id))).label("person"),
        col(state.state),
        col(state.overruled),
        sa.literal(place).label("place"),
    )
    return people_filter.in_order(query, wanted, f"value_{place}")


def _counted(person: Any, *conditions: Any) -> Prepared:
    # Asked for by every page, some times over; to put it together takes longer than to run it.
    some = sa.select(person.label("person")).where(*conditions)
    found = some.limit(sa.literal_column(str(LOOKED_AT))).subquery()
    query = sa.select(sa.func.count(sa.distinct(found.c.person)), sa.func.count())
    # Most people are in one of the states and hardly anybody in another.
    return Prepared(query.select_from(found), planned_anew=True)


_MINE = col(ConsentState.account_sid) == sa.bindparam("account_sid")
_PERSON = col(ConsentState.contact_id)
_IN_ANY_STATE = _counted(_PERSON, _MINE)
# An opt-in that was taken back since is none.
_IN_STATE = _counted(
    sa.case((col(ConsentState.overruled) == sa.false(), _PERSON)),
    _MINE,
    col(ConsentState.state) == sa.bindparam("state"),
)
