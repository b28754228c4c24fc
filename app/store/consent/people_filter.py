"""Which people the list shows: the filter, the index that it is read by, and what a state must be to fit.

To put a statement together takes longer than to run it, so those who ask keep theirs by the filter's `shape`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.consent_words import GIVEN, TAKEN_BACK
from app.store import by_primary_key
from app.store.columns import UtcDateTime
from app.store.tables import ConsentState

ALL = "all"
# So many of them.
KEPT = 200
_AGAIN = aliased(ConsentState)
_ACCOUNT = sa.bindparam("account_sid", type_=sa.String)
_GIVEN_BEFORE = sa.bindparam("given_before", type_=UtcDateTime)
_SOME_MOMENT = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class PeopleFilter:
    """Which people: those with a state in force that fits all of it; what is empty leaves a filter out.

    An opt-out of everything is one of each `purpose`, until a later opt-in for that. An opt-in that was taken back
    since is none; `overruled` asks for these. `given_before` asks for what was given before then. `contact_ids` are
    those whom a search found.
    """

    states: tuple[str, ...] = ()
    source: str = ""
    country: str = ""
    purpose: str = ""
    given_before: datetime | None = None
    blocked: bool = False
    overruled: bool = False
    contact_ids: frozenset[int] | None = None


class Unindexed:
    """The columns of a table, to be looked at and not looked up."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def __getattr__(self, name: str) -> Any:
        column = getattr(self._table, name)
        return sa.type_coerce(by_primary_key.unindexed(column), column.type)


def possible(wanted: PeopleFilter) -> PeopleFilter | None:
    """The filter as a state can fit it, None where none can."""
    if wanted.contact_ids is not None and not wanted.contact_ids:
        return None
    if not wanted.states:
        return wanted
    if wanted.given_before is not None and not set(wanted.states) & set(GIVEN):
        return None
    if wanted.overruled:
        # Who took an opt-in back is opted out of it.
        return replace(wanted, states=()) if set(wanted.states) & set(TAKEN_BACK) else None
    return wanted


def shape(wanted: PeopleFilter) -> PeopleFilter:
    """What of the filter makes its statement; the rest are `values`."""
    moment = None if wanted.given_before is None else _SOME_MOMENT
    return replace(wanted, given_before=moment, contact_ids=None if wanted.contact_ids is None else frozenset())


def values(account_sid: str, wanted: PeopleFilter) -> dict[str, Any]:
    """What the filter's statement is asked with, beside the value of its lead."""
    return {"account_sid": account_sid, "given_before": wanted.given_before}


def lead(wanted: PeopleFilter) -> tuple[str, tuple[Any, ...]]:
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
    return ("purpose", _purposes(wanted.purpose)) if wanted.purpose else ("", (None,))


def in_order(query: Any, wanted: PeopleFilter, value: str) -> Any:
    """The query of states, those with the value of the filter's lead that has this name, in the order of the list."""
    state = ConsentState
    query = query.where(col(state.account_sid) == _ACCOUNT)
    since: Any = col(state.since)
    name = lead(wanted)[0]
    if name == "contact_id":
        query = query.where(col(state.contact_id).in_(sa.bindparam(value, expanding=True)))
        # These few are put in order; the index of that order holds everybody's.
        since = Unindexed(state).since
    elif name:
        query = query.where(getattr(state, name) == sa.bindparam(value))
    if wanted.given_before is not None:
        query = query.where(col(state.since) < _GIVEN_BEFORE)
    return query.order_by(since.desc(), col(state.id).desc())


def conditions(table: Any, wanted: PeopleFilter) -> list[Any]:
    """What a row of `table` must be to fit."""
    found: list[Any] = []
    if wanted.states:
        found.append(table.state.in_(wanted.states))
        if set(wanted.states) & set(GIVEN):
            found.append(table.overruled == sa.false())
    if wanted.source:
        found.append(table.source == wanted.source)
    if wanted.country:
        found.append(table.region == wanted.country)
    if wanted.given_before is not None:
        found += [table.state.in_(GIVEN), table.since < _GIVEN_BEFORE]
    if wanted.blocked:
        found.append(table.blocked == sa.true())
    if wanted.overruled:
        found.append(table.overruled == sa.true())
    if wanted.purpose:
        found.append(table.purpose.in_(_purposes(wanted.purpose)))
        if wanted.purpose != ALL:
            found.append(~_lifted(table, wanted.purpose))
    return found


def _purposes(purpose: str) -> tuple[str, ...]:
    return (purpose,) if purpose == ALL else (purpose, ALL)


def _lifted(table: Any, purpose: str) -> Any:
    """Whether a row is an opt-out that a later opt-in for the purpose stands over."""
    later = Unindexed(_AGAIN)
    agreed_again = sa.exists().where(
        col(_AGAIN.account_sid) == _ACCOUNT,
        col(_AGAIN.contact_id) == table.contact_id,
        col(_AGAIN.identity) == table.identity,
        col(_AGAIN.purpose) == purpose,
        sa.or_(later.scope == "", later.scope == table.scope),
        later.state.in_(GIVEN),
        sa.tuple_(later.since, later.record_id) > sa.tuple_(table.since, table.record_id),
    )
    return sa.and_(table.state.in_(TAKEN_BACK), agreed_again)
