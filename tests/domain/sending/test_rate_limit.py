"""How fast a sender may send: a token bucket in the database, shared by all processes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from app.domain.clock import now
from app.domain.sending import rate_limit
from app.domain.sending.claims import Claimer, claim
from app.domain.sending.rate_limit import FORGIVEN_AFTER, PAUSES, Pace
from app.store.database import Database, connect
from app.store.tables import FeedEvent, SenderPace
from tests.support.cast import ACCOUNT, CALLBACK_BASE, SENDER, ago, asked_message, only, rows
from tests.support.rewriting import rewrite

OTHER = "whatsapp:+14155238887"
RATE = Pace(rate=80)


def take(database: Database, wanted: int, at: datetime, of: Pace = RATE, sender: str = SENDER) -> int:
    """Ask for so many, and use all that is granted."""

    def work(session: object) -> int:
        granted = of.grant(session, ACCOUNT, sender, wanted, at)  # type: ignore[arg-type]
        of.spend(session, ACCOUNT, sender, granted, granted.count, at)  # type: ignore[arg-type]
        return granted.count

    return database.write(work)


def test_a_full_bucket_is_one_and_a_quarter_of_a_second(database: Database) -> None:
    at = now()
    assert take(database, 100, at) == 21
    assert take(database, 100, at) == 0
    assert take(database, 100, at + timedelta(hours=1)) == 21


@pytest.mark.parametrize(("rate", "every"), [(80, 0.01), (80, 0.0333), (80, 0.24), (7, 0.1), (4, 0.17), (0.7, 0.24)])
def test_the_rate_is_held_for_seconds_on_end(database: Database, rate: float, every: float) -> None:
    at, pace, steps = now(), Pace(rate), 150
    take(database, 100, at, pace)
    taken = sum(take(database, 100, at + timedelta(seconds=every * step), pace) for step in range(1, steps + 1))
    # One may be left in the bucket, or was there when it began.
    assert abs(taken - rate * every * steps) <= 1


def test_two_processes_share_one_bucket(database: Database, database_url: str) -> None:
    other = connect(database_url)
    at, both = now(), threading.Barrier(2, timeout=10)

    def send(here: Database) -> int:
        taken = 0
        for step in range(21):
            both.wait()
            taken += take(here, 3, at + timedelta(seconds=0.05 * step))
        return taken

    with ThreadPoolExecutor(2) as hands:
        one, two = hands.map(send, (database, other))
    other.close()
    # A full bucket, and what a second brings.
    assert 21 + 80 - 3 <= one + two <= 21 + 80


def test_a_bucket_that_is_not_used_up_keeps_the_rest(database: Database) -> None:
    at = now()
    assert take(database, 5, at) == 5
    assert take(database, 100, at) == 16


def test_a_clock_that_steps_back_grants_nothing(database: Database) -> None:
    at = now()
    take(database, 100, at)
    assert take(database, 100, at - timedelta(hours=1)) == 0
    assert take(database, 100, at - timedelta(hours=1) + timedelta(seconds=0.1)) <= 21


def test_a_clock_that_was_set_back_does_not_stop_the_sender(database: Database) -> None:
    at = now()
    take(database, 10, at)
    back = at - timedelta(hours=1)
    assert take(database, 100, back) == 11
    assert take(database, 100, back + timedelta(seconds=0.1)) == 8


def test_two_clocks_that_differ_do_not_fill_the_bucket_twice(database: Database) -> None:
    at, ahead = now(), timedelta(seconds=3)
    take(database, 100, at + ahead)
    taken = 0
    for step in range(1, 21):
        passed = timedelta(seconds=0.05 * step)
        taken += take(database, 100, at + passed) + take(database, 100, at + ahead + passed)
    assert taken <= 80


def test_a_rate_below_one_a_second_still_sends(database: Database) -> None:
    slow, at = Pace(rate=0.5), now()
    assert take(database, 5, at, slow) == 1
    assert take(database, 5, at + timedelta(seconds=1), slow) == 0
    assert take(database, 5, at + timedelta(seconds=2), slow) == 1


def test_without_a_rate_nothing_is_counted(database: Database) -> None:
    assert take(database, 5000, now(), Pace(rate=0)) == 5000
    assert rows(database, SenderPace) == []


@pytest.mark.parametrize("rate", [0, 80])
def test_a_paused_sender_sends_nothing_while_another_does(database: Database, rate: int) -> None:
    database.write(lambda session: rate_limit.slow_down(session, ACCOUNT, SENDER, "63018"))
    assert take(database, 5, now(), Pace(rate)) == 0
    assert take(database, 5, now(), Pace(rate), sender=OTHER) == 5
    assert take(database, 5, now() + PAUSES[0] + timedelta(seconds=1), Pace(rate)) == 5


def test_the_pauses_grow_from_minutes_to_hours(database: Database) -> None:
    lasted = []
    for _ in range(6):
        before = now()
        until = database.write(lambda session: rate_limit.slow_down(session, ACCOUNT, SENDER, "63018"))
        lasted.append(round((until - before) / timedelta(minutes=1)))
        rewrite(database, only(database, SenderPace), paused_until=ago(seconds=1))
    assert lasted == [2, 5, 15, 60, 180, 180]


def test_more_limits_during_a_pause_do_not_prolong_it(database: Database) -> None:
    first = database.write(lambda session: rate_limit.slow_down(session, ACCOUNT, SENDER, "63018"))
    assert database.write(lambda session: rate_limit.slow_down(session, ACCOUNT, SENDER, "63018")) == first
    assert only(database, SenderPace).pauses == 1
    assert [row.word for row in rows(database, FeedEvent, kind="sender")] == ["paused"]


def test_after_half_a_day_without_a_limit_it_begins_with_the_first_pause_again(database: Database) -> None:
    database.write(lambda session: rate_limit.slow_down(session, ACCOUNT, SENDER, "63018"))
    rewrite(database, only(database, SenderPace), pauses=4, paused_until=now() - FORGIVEN_AFTER - timedelta(seconds=1))
    before = now()
    until = database.write(lambda session: rate_limit.slow_down(session, ACCOUNT, SENDER, "63018"))
    assert round((until - before) / timedelta(minutes=1)) == 2


def test_a_claim_takes_no_more_than_the_rate_allows(database: Database) -> None:
    for number in range(6):
        asked_message(database, "Hello", f"whatsapp:+1415555{1000 + number}")
    claimer = Claimer(ACCOUNT, "worker:test", CALLBACK_BASE, Pace(rate=8))
    began = now()
    claims = [len(database.write(lambda session: claim(session, claimer, SENDER, 20))) for _ in range(2)]
    # However long the two took: what the bucket gained meanwhile, and never more than it holds.
    gained = (now() - began).total_seconds() * 8
    assert claims[0] == 3
    assert claims[1] <= min(3, gained)
