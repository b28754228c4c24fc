"""What Twilio tells of our senders is read leniently, and runs keep to the lowest limit of them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.domain.runs import daily_limit
from app.domain.runs.daily_limit import Places
from app.domain.sending import sender_states
from app.gateways.twilio.senders import ListedSender
from app.store.database import Database
from tests.support.cast import ACCOUNT


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("10K Customers/24hr", 10_000),
        ("250 Customers/24hr", 250),
        ("2,000 customers per day", 2_000),
        ("100k/day", 100_000),
        ("1.5K Customers/24hr", 1_500),
        ("10 000 in 24 hours", 10_000),
        ("In 24 hours: 1M", 1_000_000),
        ("TIER_1K", 1_000),
        ("Unlimited Customers/24hr", 0),
        ("TIER_UNLIMITED", 0),
        ("24hr", None),
        ("no idea", None),
        ("9" * 50, None),
        ("0 Customers", None),
        ("", None),
    ],
)
def test_a_limit_is_read_from_its_text(text: str, people: int | None) -> None:
    assert sender_states.people_in(text) == people


class _Told:
    def __init__(self, *limits: str) -> None:
        self._limits = limits

    def all(self) -> list[ListedSender]:
        """A sender for each limit."""
        return [ListedSender(f"whatsapp:+141555500{n:02}", limit=text) for n, text in enumerate(self._limits)]


def test_runs_keep_to_the_lowest_limit_unless_one_is_set(database: Database) -> None:
    def limit(*told: str) -> Places | None:
        sender_states.read(database, _Told(*told), ACCOUNT)  # type: ignore[arg-type]
        return database.read(lambda session: daily_limit.places(session, ACCOUNT, datetime.now(UTC)))

    assert limit("10K Customers/24hr", "2K Customers/24hr", "odd") == Places(2_000, 0)
    assert limit("Unlimited", "odd") is None
    assert limit() is None
    with daily_limit.under(7):
        assert limit("2K") == Places(7, 0)
