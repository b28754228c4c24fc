"""What the failures page shows. One function builds the context of the page and of its board."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.contacts.session_window import open_since
from app.domain.failures import offers
from app.domain.failures.offers import OfferContext
from app.store.database import Session
from app.store.failures import by_code, replaceable, unsettled
from app.store.failures.by_code import DAYS, Group
from app.store.failures.unsettled import Counts
from app.store.journal import rows as journal
from app.store.messages import sender_rates, statuses
from app.store.tables import Contact, Journal, SenderPace, StatusEvent
from app.web.messages import actions
from app.web.messages.case_line import CaseView, view_of
from app.web.messages.resends import resend_data
from app.web.words.failures import Explained, explain
from app.web.words.gettext import _, ngettext

QUARANTINED = 20


@dataclass(frozen=True)
class Bar:
    """One day of the small chart: where it stands, how high it is (of 18), and whether it is the last day."""

    x: int
    y: int
    height: int
    last: bool


@dataclass(frozen=True)
class GroupView:
    """The failures of one code: in the last 24 hours, against the 24 hours before, in seven days.

    What was sent again since (`settled`) is only in `week`.
    `offered` are the buttons for all of it, in their order, with how many each concerns.
    """

    code: str
    says: Explained
    count: int
    week: int
    settled: int
    trend: str
    trend_says: str
    bars: list[Bar]
    chart: str
    names: str
    offered: dict[str, int]


@dataclass(frozen=True)
class Board:
    """The whole page but its frame; the spool is asked for by the caller, since it is no table."""

    at: datetime
    day: int
    groups: list[GroupView]
    unconfirmed: list[CaseView]
    counts: Counts
    quarantined: list[Journal]
    orphans: list[StatusEvent]
    paused: list[SenderPace]

    @property
    def codes(self) -> str:
        """The codes that the page shows, for the request that asks for new counts."""
        return ",".join(group.code for group in self.groups)


def board(session: Session, who: Actor) -> Board:
    """Everything on the page, in a dozen queries whatever there is."""
    account_sid, at = who.account_sid, now()
    paused = sender_rates.paused(session, account_sid, at)
    groups = group_views(session, who, at, bool(paused))
    unsure = by_code.unconfirmed(session, account_sid)
    resends = resend_data(session, account_sid, [case.message for case in unsure])
    return Board(
        at=at,
        day=sum(group.count for group in groups),
        groups=groups,
        unconfirmed=[view_of(case, resends) for case in unsure],
        counts=unsettled.counts(session, account_sid, at),
        quarantined=journal.quarantined(session, account_sid, QUARANTINED),
        orphans=statuses.orphans(session, account_sid, at),
        paused=paused,
    )


def group_views(session: Session, who: Actor, at: datetime, paused: bool = False) -> list[GroupView]:
    """The failures of a week, by code."""
    names = by_code.names(session, who.account_sid, at)
    people = replaceable.replaceable_by_code(session, who.account_sid, offers.template_codes(), at)
    return [
        _group(group, names.get(group.code, []), people.get(group.code, 0), paused)
        for group in by_code.groups(session, who.account_sid, at, open_since(at))
    ]


def _group(group: Group, contacts: list[Contact], people: int, paused: bool) -> GroupView:
    says = explain(group.code)
    counts = {
        "send_again": group.resendable if says.may_help else 0,
        "template": people,
        "opt_out": group.not_opted_out,
    }
    offered = {
        name: counts.get(name, 1)
        for name in offers.on_all(group.code, OfferContext(paused=paused, has_doctor=bool(actions.doctor_path())))
    }
    change = group.days[0] - group.days[1]
    oldest_first = list(reversed(group.days))
    return GroupView(
        code=group.code,
        says=says,
        count=group.days[0],
        week=sum(group.days) + group.settled,
        settled=group.settled,
        trend=f"{change:+d}".replace("-", "\N{MINUS SIGN}") if change else "±0",
        trend_says=_trend(change),
        bars=_bars(oldest_first),
        chart=_("Seven days, the oldest first: %(days)s", days=", ".join(map(str, oldest_first))),
        names=_names(contacts, group.conversations),
        offered={name: count for name, count in offered.items() if count},
    )


def _trend(change: int) -> str:
    if not change:
        return _("as many as the day before")
    if change > 0:
        return ngettext("%(num)d more than the day before", "%(num)d more than the day before", change)
    return ngettext("%(num)d fewer than the day before", "%(num)d fewer than the day before", -change)


def _bars(days: Sequence[int]) -> list[Bar]:
    most = max(*days, 1)
    heights = [max(1, round(18 * count / most)) for count in days]
    return [Bar(10 * place, 19 - height, height, place == DAYS - 1) for place, height in enumerate(heights)]


def _names(contacts: list[Contact], conversations: int) -> str:
    shown = [contact.shown_name or _("no name") for contact in contacts]
    left = conversations - len(shown)
    if left > 0:
        shown.append(ngettext("%(num)d more", "%(num)d more", left))
    return ", ".join(shown)
