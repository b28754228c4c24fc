"""A run keeps to the limit of different people in 24 hours, waits, and goes on by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

from app.domain.runs import daily_limit
from app.domain.runs.daily_limit import Granter, Places
from app.domain.runs.dispatch import Dispatcher
from app.store.database import Database
from app.store.messages import attempts
from app.store.messages import rows as message_rows
from app.store.runs import rows as run_rows
from app.store.tables import Attempt, TemplateRun
from tests.support.cast import ACCOUNT, ago, claimed, hear, only, rows
from tests.support.runs import listed, messages, number_of, planned, recipients, started


def places(database: Database, limit: int = 10) -> Places | None:
    """The places, as they stand."""
    with daily_limit.under(limit):
        return database.read(lambda session: daily_limit.places(session, ACCOUNT, datetime.now(UTC)))


def age(database: Database, **how_long: int) -> None:
    """Let the calls that were made be so old."""
    for attempt in rows(database, Attempt):
        at = ago(**how_long)
        database.write(partial(attempts.update, account_sid=ACCOUNT, attempt_id=attempt.id or 0, started_at=at))


def look_again(database: Database, run: TemplateRun) -> None:
    """The run looks for a place at the next tick."""
    detail = {**only(database, TemplateRun).detail, "look_again_at": ago(seconds=1).isoformat()}
    database.write(lambda session: run_rows.change(session, ACCOUNT, run.id or 0, detail=detail))


def test_the_limit_reached_it_waits_and_goes_on_by_itself(database: Database) -> None:
    run = planned(database, listed(database, 5))
    out = started(database, run)
    with daily_limit.under(2):
        assert [out.work(), out.work()] == [2, 0]
        claimed(database)
        assert out.work() == 0
        there = only(database, TemplateRun)
        assert (there.state, there.reason, there.detail["limit"]) == ("running", "daily_limit", 2)
        assert [state for _, state, _ in recipients(database, run)] == ["queued", "queued", *["planned"] * 3]
        age(database, hours=23)
        look_again(database, run)
        assert out.work() == 0
        age(database, hours=25)
        look_again(database, run)
        assert out.work() == 2
        assert only(database, TemplateRun).reason == ""


def test_a_second_run_gets_the_places_that_the_first_left(database: Database) -> None:
    first = planned(database, listed(database, 2))
    started(database, first)
    other = planned(database, listed(database, 4, agreed=False))
    started(database, other)
    with daily_limit.under(3):
        assert Dispatcher(database, ACCOUNT, rate=0).work() == 3
    made_by = [message.request_key.split(":")[1] for message in messages(database)]
    assert made_by == [str(first.id), str(first.id), str(other.id)]


def test_only_templates_outside_the_window_count_and_each_person_once(database: Database) -> None:
    run = planned(database, listed(database, 2))
    hear(database, From=f"whatsapp:{number_of(0)}")
    started(database, run).work()
    claimed(database)
    assert {attempt.outside_window for attempt in rows(database, Attempt)} == {False, True}
    assert places(database) == Places(10, 1)
    again = planned(database, listed(database, 2, agreed=False))
    started(database, again).work()
    assert places(database) == Places(10, 2)


def test_what_twilio_refused_takes_no_place(database: Database) -> None:
    run = planned(database, listed(database, 2))
    started(database, run).work()
    refused, _ = claimed(database)
    assert places(database) == Places(10, 2)
    values = {"outcome": "refused", "ended_at": ago()}
    database.write(lambda session: attempts.update(session, ACCOUNT, refused.attempt_id, **values))
    database.write(lambda session: message_rows.update(session, ACCOUNT, refused.message_id, state="failed"))
    assert places(database) == Places(10, 1)


def test_it_goes_on_at_once_where_the_limit_is_none(database: Database) -> None:
    assert places(database, limit=0) is None
    out = started(database, planned(database, listed(database, 3)))
    with daily_limit.under(0):
        assert out.work() == 3


def test_of_many_free_places_a_part_is_granted_without_counting_again(database: Database) -> None:
    run, at = planned(database, listed(database, 1)), datetime.now(UTC)

    def grant(granter: Granter, limit: int, at: datetime = at) -> int:
        with daily_limit.under(limit):
            return database.write(lambda session: granter.grant(session, run, 12, at))

    one, other = Granter(), Granter()
    assert [grant(one, 1000), grant(other, 1000)] == [12, 12]
    # A twentieth of 1000 is in hand; then it sees that the limit is another.
    assert [grant(one, 5) for _ in range(5)] == [12, 12, 12, 12, 5]
    assert grant(other, 5, at + timedelta(seconds=11)) == 5
