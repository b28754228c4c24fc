"""The gate's rule about the time of day where the person is."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import phonenumbers
from phonenumbers import timezone as number_zones

from app.domain.contacts import addresses
from app.domain.gate.case import DOES_NOT_APPLY, Case, Finding
from app.domain.gate.rules_file import QuietHours

_SUNDAY = 6
# Where nothing tells a zone.
_NOWHERE = ("UTC",)


def quiet_hours(case: Case) -> Finding:
    """It isn't night in any zone that the number may be in. Answers within the window are never held back."""
    hours = case.region.quiet_hours
    if case.window_open or case.purpose not in hours.purposes:
        return DOES_NOT_APPLY
    zones = zones_of(case.facts.address)
    quiet = [zone for zone in zones if _quiet_until(case.at, zone, hours)]
    if not quiet:
        return Finding(evidence={"zones": list(zones)})
    ends = _ends(case.at, zones, hours)
    return Finding("quiet_hours", {"zones": quiet, "until": ends.isoformat() if ends else None})


@lru_cache(maxsize=10_000)
def zones_of(address: str) -> tuple[str, ...]:
    """The time zones that an address may be in: the number's, else all of its country."""
    country = addresses.country_of(address)
    try:
        phone = addresses.phone_of(address)
        number = phonenumbers.parse(phone) if phone else _any_number_of(country)
    except phonenumbers.NumberParseException:
        return _NOWHERE
    look_up = number_zones.time_zones_for_number if phone else number_zones.time_zones_for_geographical_number
    found = look_up(number)
    return tuple(zone for zone in found if _is_zone(zone)) or _NOWHERE


def _any_number_of(country: str) -> phonenumbers.PhoneNumber:
    code = phonenumbers.country_code_for_region(country)
    if not code:
        raise phonenumbers.NumberParseException(phonenumbers.NumberParseException.INVALID_COUNTRY_CODE, country)
    return phonenumbers.PhoneNumber(country_code=code, national_number=0)


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return False
    return name != number_zones.UNKNOWN_TIMEZONE


def _quiet_until(at: datetime, zone: str, hours: QuietHours) -> datetime | None:
    """When the quiet hours end that `at` lies in there, None when it lies in none."""
    local = at.astimezone(ZoneInfo(zone))
    for day in (local.date() - timedelta(days=1), local.date()):
        last = day if hours.begin < hours.end else day + timedelta(days=1)
        end_time = hours.sunday_to if hours.sunday_to and last.weekday() == _SUNDAY else hours.end
        begin = datetime.combine(day, hours.begin, local.tzinfo)
        end = datetime.combine(last, end_time, local.tzinfo)
        if hours.begin != hours.end and begin <= local < end:
            return end.astimezone(at.tzinfo)
    return None


def _ends(at: datetime, zones: tuple[str, ...], hours: QuietHours) -> datetime | None:
    """The first moment at which it is quiet in none of the zones; None when there is none within days."""
    for _ in range(20):
        later = [until for zone in zones if (until := _quiet_until(at, zone, hours))]
        if not later:
            return at
        at = max(later)
    return None
