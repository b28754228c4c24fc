"""Quiet hours: local to the number, in any of its zones, and only for what is started."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.domain.gate.case import Case, Finding
from app.domain.gate.draft import Draft
from app.domain.gate.facts import Facts
from app.domain.gate.quiet_hours import quiet_hours, zones_of

TEMPLATE = Draft(content_sid="HX" + "0" * 32)
BERLIN, CHICAGO, SEOUL = "whatsapp:+4930123456", "whatsapp:+13125550123", "whatsapp:+82212345678"
# Eight hours apart, in one number's plan.
RUSSIA = "whatsapp:RU.13490801221918"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """In January 2026, whose fourth day is a Sunday."""
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


def asked(address: str, region: str, moment: datetime, purpose: str = "marketing", **facts: datetime) -> Finding:
    return quiet_hours(Case(Facts(address, "whatsapp:+14155238886", region, **facts), TEMPLATE, purpose, moment))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("address", "region", "moment", "until"),
    [
        (BERLIN, "DE", at(6, 18, 59), None),
        (BERLIN, "DE", at(6, 19), at(7, 8)),
        (BERLIN, "DE", at(7, 7, 59), at(7, 8)),
        (BERLIN, "DE", at(7, 8), None),
        (CHICAGO, "US", at(3, 16), None),
        (CHICAGO, "US", at(4, 16), at(4, 18)),
        (CHICAGO, "US", at(4, 3), at(4, 18)),
        (CHICAGO, "US", at(4, 18), None),
        (CHICAGO, "US", at(5, 3), at(5, 15)),
        (SEOUL, "KR", at(6, 11, 59), None),
        (SEOUL, "KR", at(6, 12), at(6, 23)),
        (SEOUL, "KR", at(6, 23), None),
    ],
)
def test_it_is_quiet_by_the_clock_of_the_number(
    address: str, region: str, moment: datetime, until: datetime | None
) -> None:
    found = asked(address, region, moment)
    assert found.refused == ("quiet_hours" if until else "")
    assert found.evidence.get("until") == (until.isoformat() if until else None)


def test_a_number_with_several_zones_is_quiet_where_any_of_them_is() -> None:
    assert len(zones_of(RUSSIA)) > 5
    free = [hour for hour in range(24) if not asked(RUSSIA, "RU", at(6, hour)).refused]
    alone = [hour for hour in range(24) if not asked("whatsapp:+74951234567", "RU", at(6, hour)).refused]
    assert set(free) < set(alone)
    assert len(alone) == 11


def test_what_is_not_known_to_be_anywhere_goes_by_utc() -> None:
    assert zones_of("whatsapp:+99912345678") == ("UTC",)
    assert asked("whatsapp:+99912345678", "", at(6, 20)).refused == "quiet_hours"


def test_an_answer_within_the_window_and_what_the_rules_do_not_name_go_at_any_hour() -> None:
    night = at(6, 23)
    assert asked(BERLIN, "DE", night, last_inbound_at=night - timedelta(hours=1)).applies is False
    assert asked(BERLIN, "DE", night, last_inbound_at=night - timedelta(hours=24)).refused == "quiet_hours"
    assert asked(BERLIN, "DE", night, "authentication").applies is False


def test_the_region_that_was_set_gives_the_hours_and_the_number_the_zone() -> None:
    assert asked(BERLIN, "KR", at(6, 19, 30)).refused == ""
    assert asked(BERLIN, "KR", at(6, 20)).refused == "quiet_hours"
