"""What the list of people shows: who they are, and what is in force for each purpose."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.consent_words import TAKEN_BACK
from app.store import contact_names as names
from app.store.consent import people, people_counts, states
from app.store.consent.people import Entry
from app.store.consent.people_filter import PeopleFilter
from app.store.database import Session
from app.store.tables import ConsentState
from app.web.words.consent import purpose_name, source_name
from app.web.words.gettext import _, ngettext
from app.web.words.numbers import count_words, phone_text


@dataclass(frozen=True)
class Badge:
    """What is in force for one purpose: icon, tone and words."""

    icon: str
    tone: str
    words: str


@dataclass(frozen=True)
class PersonRow:
    """One person. `source` and `at` are those of what changed last, `named` is False for who has a number only.

    Of who has nothing in force nothing changed last.
    """

    id: int
    name: str
    named: bool
    address: str
    badges: list[Badge]
    source: str
    at: datetime | None
    countries: str


def rows_of(session: Session, account_sid: str, contact_ids: Sequence[int]) -> list[PersonRow]:
    """The rows of these people, in their order; who has nothing in force is left out."""
    found = states.of_contacts(session, account_sid, contact_ids)
    known = names.of_contacts(session, account_sid, contact_ids)
    return [_row(number, known[number], found[number]) for number in contact_ids if number in known and number in found]


def rows_with_nothing_in_force(session: Session, account_sid: str, contact_ids: Collection[int]) -> list[PersonRow]:
    """The rows of those of these people who have nothing in force, the newest contacts first, as many as a page has."""
    found = states.of_contacts(session, account_sid, contact_ids)
    left = sorted(set(contact_ids) - set(found), reverse=True)[: people.PAGE]
    known = names.of_contacts(session, account_sid, left)
    return [_row(number, known[number], []) for number in left if number in known]


def rows_of_entries(session: Session, account_sid: str, entries: Iterable[Entry]) -> list[PersonRow]:
    """The rows of a page."""
    return rows_of(session, account_sid, [entry.contact_id for entry in entries])


def counted_people(
    session: Session, account_sid: str, wanted: PeopleFilter, by_states: Sequence[tuple[str, ...]]
) -> list[str]:
    """How many people have one of these states, for each of `by_states`; of those whom the other filters leave."""
    if replace(wanted, states=()) == PeopleFilter():
        counts = [people_counts.count_up_to(session, account_sid, states) for states in by_states]
    else:
        counts = people_counts.count_fitting(session, account_sid, wanted, by_states)
    return [count_words(*count) for count in counts]


def _row(number: int, person: names.Known, found: list[ConsentState]) -> PersonRow:
    newest_first = sorted(found, key=lambda state: (state.since, state.id or 0), reverse=True)
    shown = phone_text(person.phone or person.address)
    return PersonRow(
        id=number,
        name=person.name or shown,
        named=bool(person.name),
        address=shown,
        badges=_badges(newest_first),
        source=source_name(newest_first[0].source) if newest_first else "",
        at=newest_first[0].since if newest_first else None,
        countries=", ".join(sorted({state.region for state in found if state.region})),
    )


def _badges(newest_first: list[ConsentState]) -> list[Badge]:
    """Each said once, the worst first: an opt-out of everything, then purpose by purpose."""
    if not newest_first:
        return [Badge("info", "", _("Nothing in force"))]
    badges = {_badge(state): None for state in sorted(newest_first, key=_weight)}
    return list(badges)


def _weight(state: ConsentState) -> tuple[bool, bool]:
    return not state.blocked, not (state.purpose == "all" and state.state in TAKEN_BACK)


def _badge(state: ConsentState) -> Badge:
    name = purpose_name(state.purpose)
    where = f" ({phone_text(state.scope)})" if state.scope else ""
    if state.state in TAKEN_BACK:
        icon = "lock" if state.blocked else "x"
        if state.purpose == "all" and not state.scope:
            return Badge(icon, "b-bad", _("Opted out at Twilio") if state.blocked else _("Opted out"))
        return Badge(icon, "b-bad", _("%(purpose)s: opted out", purpose=name) + where)
    if state.state == "requested":
        return Badge("clock", "", _("%(purpose)s: asked", purpose=name) + where)
    if state.state == "expired":
        return Badge("clock", "b-warn", _("%(purpose)s: expired", purpose=name) + where)
    if state.overruled:
        return Badge("x", "", _("%(purpose)s: taken back since", purpose=name) + where)
    return Badge("check", "b-ok", name + where)


def months_words(months: int) -> str:
    """More than 12 months ago."""
    return ngettext("More than %(num)d month ago", "More than %(num)d months ago", months)
