"""How many people the list holds by what is in force, counted no further than anybody reads.

A count is a number, and whether there may be more: of rows only so many are looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
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
    each = [people_filter.possible(replace(wanted, states=states)) for states in by_states]
    query = _looked_at(account_sid, everybody, each)
    found: list[set[int]] = [set() for _ in by_states]
    more = False
    for value in people_filter.lead(everybody)[1]:
        rows = session.execute(query, {"value": value}).all()
        more = more or len(rows) >= LOOKED_AT
        for contact_id, fits, *states_fit in rows:
            for people, state_fits in zip(found, states_fit, strict=True):
                if fits and state_fits:
                    people.add(contact_id)
    return [_bounded(len(people), more and one is not None) for people, one in zip(found, each, strict=True)]


def _bounded(total: int, more: bool) -> tuple[int, bool]:
    return min(total, MOST_COUNTED), more or total > MOST_COUNTED


def _looked_at(account_sid: str, wanted: PeopleFilter, each: Sequence[PeopleFilter | None]) -> Any:
    """The newest of the states, each with whether it fits, and whether it does by the states of each of these."""

    def fits(one: PeopleFilter) -> Any:
        return sa.and_(sa.true(), *people_filter.conditions(ConsentState, account_sid, one))

    by_states = [sa.false() if one is None else fits(PeopleFilter(states=one.states)) for one in each]
    told = (one.label(f"fits_{place}") for place, one in enumerate([fits(wanted), *by_states]))
    query = sa.select(col(ConsentState.contact_id), *told)
    return people_filter.in_order(query, account_sid, wanted).limit(LOOKED_AT)


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
