"""What became of templates: by day, template, language, country and sender, added up as one likes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import TypeVar

from app.domain.access import require
from app.domain.actor import Actor
from app.store import reports
from app.store.database import Session
from app.store.reports import Performance
from app.store.templates import rows as templates

Key = TypeVar("Key")


@dataclass(frozen=True)
class Counts:
    """Messages by what became of them; `store/reports.py` says what each word means."""

    sent: int = 0
    delivered: int = 0
    read: int = 0
    replied: int = 0
    opted_out: int = 0
    failed: int = 0

    @property
    def numbers(self) -> tuple[int, ...]:
        """All of them, in their order."""
        return self.sent, self.delivered, self.read, self.replied, self.opted_out, self.failed


@dataclass(frozen=True)
class Line:
    """The counts of one day, one content SID, one country and one sender. `template` is the name that languages share.

    A template that no list of Twilio's ever had is called by its SID and has no language.
    """

    day: date
    content_sid: str
    template: str
    language: str
    country: str
    sender: str
    counts: Counts


@dataclass(frozen=True)
class Wanted:
    """Which lines are wanted; None is any."""

    template: str | None = None
    language: str | None = None
    country: str | None = None
    sender: str | None = None

    def fits(self, line: Line) -> bool:
        """Whether the line is one of them."""
        return all(value is None or getattr(line, name) == value for name, value in vars(self).items())


def days_until(at: datetime, count: int, zone: tzinfo) -> list[date]:
    """So many days of the calendar in this zone, the last of them today."""
    today = at.astimezone(zone).date()
    return [today - timedelta(days=back) for back in reversed(range(count))]


def lines(session: Session, actor: Actor, days: Sequence[date], zone: tzinfo) -> list[Line]:
    """What became of the templates of these days of the zone, a day at a time. Raises NotAllowed."""
    require(actor, "report.read")
    found = [
        (day, one)
        for day in days
        for one in reports.performance(session, actor.account_sid, _midnight(day, zone), _midnight(_after(day), zone))
    ]
    known = templates.by_sids(session, actor.account_sid, {one.content_sid for _day, one in found})
    names = {sid: (template.group_name or template.friendly_name, template.language) for sid, template in known.items()}
    return [_line(day, one, *names.get(one.content_sid, (one.content_sid, ""))) for day, one in found]


def of_template(session: Session, actor: Actor, content_sid: str, days: Sequence[date], zone: tzinfo) -> Counts:
    """What became of one template in all of these days of the zone, which follow each other. Raises NotAllowed."""
    require(actor, "report.read")
    since, until = _midnight(days[0], zone), _midnight(_after(days[-1]), zone)
    found = reports.performance(session, actor.account_sid, since, until, content_sid)
    return _added_up(Counts(*one[3:]) for one in found)


def by_day(lines: Iterable[Line], days: Sequence[date]) -> list[tuple[date, Counts]]:
    """The lines added up by day, with the days on which there was nothing."""
    return [(day, total(some)) for day, some in _groups(lines, lambda line: line.day, days).items()]


def by(lines: Iterable[Line], of: Callable[[Line], str]) -> list[tuple[str, Counts]]:
    """The lines added up by one of their words, most sent first."""
    found = [(word, total(some)) for word, some in _groups(lines, of).items()]
    return sorted(found, key=lambda one: (-one[1].sent, one[0]))


def total(lines: Iterable[Line]) -> Counts:
    """All lines added up."""
    return _added_up(line.counts for line in lines)


def _added_up(counts: Iterable[Counts]) -> Counts:
    # A page adds up some thousands of lines six times.
    return Counts(*map(sum, zip(*(one.numbers for one in counts), strict=True)))


def _groups(lines: Iterable[Line], of: Callable[[Line], Key], known: Iterable[Key] = ()) -> dict[Key, list[Line]]:
    found: dict[Key, list[Line]] = {key: [] for key in known}
    for line in lines:
        found.setdefault(of(line), []).append(line)
    return found


def _line(day: date, one: Performance, template: str, language: str) -> Line:
    return Line(day, one.content_sid, template or one.content_sid, language, one.country, one.sender, Counts(*one[3:]))


def _after(day: date) -> date:
    return day + timedelta(days=1)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone)
