"""`/consent`: everybody who said something about our messages, and what is in force for each purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, render_template

from app.consent_words import CONSENT_SOURCES
from app.domain.clock import now
from app.store import contact_words
from app.store.consent import leaves, people
from app.store.consent.people import Position
from app.store.consent.people_filter import PeopleFilter
from app.store.database import Session
from app.web.consent.asked import FLAGS, MONTHS, STATES, Asked, position, written
from app.web.consent.asked import asked as asked_list
from app.web.consent.view import (
    PersonRow,
    counted_people,
    months_words,
    rows_of,
    rows_of_entries,
    rows_with_nothing_in_force,
)
from app.web.shell.current_user import allowed
from app.web.shell.requests import request, row_numbers
from app.web.shell.services import services
from app.web.words.consent import EXPORT_FORMATS, PURPOSE_NAMES, SOURCE_NAMES
from app.web.words.gettext import _

blueprint = Blueprint("consent", __name__, url_prefix="/consent")
MOST_SHOWN = 500
# A month of a calendar differs; for a filter its mean does.
_MONTH = timedelta(days=30.44)


@dataclass(frozen=True)
class PeopleView:
    """One page of the list; `more` is the address of the next part, `cut` that a search found too many.

    `others` are those whom a search found though they have nothing in force.
    """

    asked: Asked
    rows: list[PersonRow]
    others: list[PersonRow]
    more: str
    short: bool
    cut: bool
    changes: str


@blueprint.get("")
def page() -> str:
    """The whole page."""
    account_sid = allowed("consent.read").account_sid

    def read(session: Session) -> str:
        wanted, cut = _wanted(session, account_sid, asked_list())
        return render_template(
            "consent/page.html",
            people=_people(session, account_sid, wanted, cut),
            chips=_chips(session, account_sid, wanted),
            choices=_choices(session, account_sid),
            formats=EXPORT_FORMATS,
        )

    return services().database.read(read)


@blueprint.get("/rows")
def rows() -> str:
    """The people below `after`."""
    account_sid = allowed("consent.read").account_sid

    def read(session: Session) -> str:
        found = _people(session, account_sid, *_wanted(session, account_sid, asked_list()))
        return render_template("consent/_rows.html", people=found)

    return services().database.read(read)


@blueprint.get("/changes")
def changes() -> str:
    """The people that a page shows, as they are now, the counts, and whether newer ones came."""
    account_sid = allowed("consent.read").account_sid
    shown = row_numbers(request.args.get("shown", ""))[:MOST_SHOWN]
    newest = position("newest")

    def read(session: Session) -> str:
        wanted, _cut = _wanted(session, account_sid, asked_list())
        found = people.page(session, account_sid, wanted)
        fresh = [entry for entry in found.entries if newest is None or entry.at.since > newest.since]
        return render_template(
            "consent/_changes.html",
            rows=rows_of(session, account_sid, shown),
            newer=sum(entry.contact_id not in shown for entry in fresh),
            asked=asked_list(),
            chips=_chips(session, account_sid, wanted),
        )

    return services().database.read(read)


def _people(session: Session, account_sid: str, wanted: PeopleFilter, cut: bool) -> PeopleView:
    asked = asked_list()
    after = position("after")
    found = people.page(session, account_sid, wanted, after)
    more = asked.address("consent.rows", after=written(found.more)) if found.more else ""
    shown = rows_of_entries(session, account_sid, found.entries)
    newest = written(found.entries[0].at if found.entries and after is None else Position(now(), 0))
    numbers = ",".join(str(row.id) for row in shown)
    changes = asked.address("consent.changes", shown=numbers, newest=newest)
    others: list[PersonRow] = []
    if asked.only_searched and wanted.contact_ids is not None and found.more is None:
        others = rows_with_nothing_in_force(session, account_sid, wanted.contact_ids)
    return PeopleView(asked, shown, others, more, found.short, cut, changes)


def _wanted(session: Session, account_sid: str, asked: Asked) -> tuple[PeopleFilter, bool]:
    """Whom the address asks for, and whether a search found too many."""
    found = contact_words.find(session, account_sid, asked.query) if asked.query else None
    among = found.contact_ids if found else None
    if asked.flag == "unsealed":
        # The sealer takes seconds; where it stands still, the newest are shown.
        waiting = frozenset(leaves.people_unsealed(session, account_sid, MOST_SHOWN))
        among = waiting if among is None else among & waiting
    wanted = PeopleFilter(
        states=STATES[asked.state][1],
        source=asked.source,
        country=asked.country,
        purpose=asked.purpose,
        given_before=now() - asked.months * _MONTH if asked.months else None,
        blocked=asked.flag == "blocked",
        overruled=asked.flag == "overruled",
        contact_ids=among,
    )
    return wanted, found is not None and found.cut


def _chips(session: Session, account_sid: str, wanted: PeopleFilter) -> list[tuple[str, str, str, bool, str]]:
    """The states: code, name, how many people of the other filters, whether it is chosen, and the address.

    Beside a search nobody counts all: who has nothing in force is found too.
    """
    asked = asked_list()
    shown = [code for code in STATES if code != "expired" or asked.state == "expired"]
    counts = counted_people(session, account_sid, wanted, [STATES[code][1] for code in shown])
    if asked.only_searched:
        counts[0] = ""
    return [
        (code, _(STATES[code][0]), count, code == asked.state, asked.address(state=code))
        for code, count in zip(shown, counts, strict=True)
    ]


def _choices(session: Session, account_sid: str) -> dict[str, list[tuple[str, str]]]:
    """What the other filters offer: value and name."""
    return {
        "purpose": [(code, _(name)) for code, name in PURPOSE_NAMES.items()],
        "source": [(code, _(SOURCE_NAMES[code])) for code in CONSENT_SOURCES],
        "country": [(code, code) for code in people.countries(session, account_sid)],
        "months": [(str(months), months_words(months)) for months in MONTHS],
        "flag": [(code, _(name)) for code, name in FLAGS.items()],
    }
