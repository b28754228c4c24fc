"""Moments and durations in the viewer's zone and words."""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import cast

from flask import has_request_context, request

from app.domain.clock import now
from app.web.words.gettext import N_, _, ngettext

CHOSEN_ZONE_COOKIE = "switchboard_zone"
BROWSER_ZONE_COOKIE = "switchboard_browser_zone"
# Where a request keeps it.
_ZONE = "switchboard.zone"
CONTINENTS = frozenset(
    {"Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"}
)

WEEKDAYS = (N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"),
            N_("Saturday"), N_("Sunday"))  # fmt: skip
SHORT_WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
MONTHS = (N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"),
          N_("July"), N_("August"), N_("September"), N_("October"), N_("November"),
          N_("December"))  # fmt: skip
SHORT_MONTHS = (N_("Jan"), N_("Feb"), N_("Mar"), N_("Apr"), N_("May"), N_("Jun"), N_("Jul"),
                N_("Aug"), N_("Sep"), N_("Oct"), N_("Nov"), N_("Dec"))  # fmt: skip


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """The IANA zones that this machine knows; a name that is not among them is never opened."""
    return frozenset(zoneinfo.available_timezones())


def zone_choices() -> list[str]:
    """The zones to choose from, by name; those that are old names of others are left out."""
    return sorted(name for name in zone_names() if name.partition("/")[0] in CONTINENTS) + ["UTC"]


def browser_zone() -> str:
    """The zone that the browser says it is in, '' when it doesn't or this machine does not know it."""
    name = request.cookies.get(BROWSER_ZONE_COOKIE, "")
    return name if name in zone_names() else ""


def zone() -> tzinfo:
    """The viewer's zone: chosen in the settings, else the browser's, else UTC."""
    if not has_request_context():
        return UTC
    # A page asks hundreds of times, and a cookie that isn't there is an exception each.
    if (found := request.environ.get(_ZONE)) is None:
        found = request.environ[_ZONE] = _zone_of_cookies()
    return cast(tzinfo, found)


def _zone_of_cookies() -> tzinfo:
    chosen = request.cookies.get(CHOSEN_ZONE_COOKIE, "")
    name = chosen if chosen in zone_names() else browser_zone()
    return zoneinfo.ZoneInfo(name) if name else UTC


def clock(at: datetime) -> str:
    """08:42"""
    return at.astimezone(zone()).strftime("%H:%M")


def seconds(at: datetime) -> str:
    """08:42:03"""
    return at.astimezone(zone()).strftime("%H:%M:%S")


def day(at: datetime) -> str:
    """Today, Yesterday, Thursday 19 November; with its year when that is not this one."""
    here, today = at.astimezone(zone()), now().astimezone(zone())
    age = (today.date() - here.date()).days
    if age == 0:
        return _("Today")
    if age == 1:
        return _("Yesterday")
    return _date(here, with_year=here.year != today.year)


def short(at: datetime) -> str:
    """A time as a list shows it: 08:42 today, Wed within a week, 12 Oct, 12 Oct 2025."""
    here, today = at.astimezone(zone()), now().astimezone(zone())
    age = (today.date() - here.date()).days
    if age == 0:
        return clock(at)
    if 0 < age < 7:
        return _(SHORT_WEEKDAYS[here.weekday()])
    month = _(SHORT_MONTHS[here.month - 1])
    if here.year == today.year:
        return _("%(day)d %(month)s", day=here.day, month=month)
    return _("%(day)d %(month)s %(year)d", day=here.day, month=month, year=here.year)


def date(at: datetime) -> str:
    """12 October 2025"""
    here = at.astimezone(zone())
    return _("%(day)d %(month)s %(year)d", day=here.day, month=_(MONTHS[here.month - 1]), year=here.year)


def full(at: datetime) -> str:
    """Thursday 19 November 2026, 08:42:03 GMT"""
    here = at.astimezone(zone())
    return _("%(date)s, %(time)s %(zone)s", date=_date(here, True), time=seconds(at), zone=here.tzname() or "UTC")


def ago(at: datetime) -> str:
    """just now, 2 min ago, 3 h ago, 5 days ago"""
    age = now() - at
    if age < timedelta(minutes=1):
        return _("just now")
    if age < timedelta(hours=1):
        return _("%(minutes)d min ago", minutes=age // timedelta(minutes=1))
    if age < timedelta(days=1):
        return _("%(hours)d h ago", hours=age // timedelta(hours=1))
    return ngettext("%(num)d day ago", "%(num)d days ago", age.days)


def left(span: timedelta) -> str:
    """A span to come, rounded down: 3 h 12 m, 41 m, 0 m."""
    minutes = max(span // timedelta(minutes=1), 0)
    if minutes < 60:
        return _("%(minutes)d m", minutes=minutes)
    return _("%(hours)d h %(minutes)d m", hours=minutes // 60, minutes=minutes % 60)


def minutes_of(wait: timedelta) -> str:
    """A wait in whole minutes, rounded up: 12 minutes."""
    return ngettext("%(num)d minute", "%(num)d minutes", max(-(-wait // timedelta(minutes=1)), 1))


def iso(at: datetime) -> str:
    """For a machine: 2026-11-19T08:42:03.120Z"""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _date(here: datetime, with_year: bool) -> str:
    parts = {"weekday": _(WEEKDAYS[here.weekday()]), "day": here.day, "month": _(MONTHS[here.month - 1])}
    if with_year:
        return _("%(weekday)s %(day)d %(month)s %(year)d", year=here.year, **parts)
    return _("%(weekday)s %(day)d %(month)s", **parts)
