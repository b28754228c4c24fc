"""When a run takes a turn: who makes room for the next, what comes back, and that nothing to do costs nothing."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.runs import control, daily_limit
from app.domain.runs.dispatch import Dispatcher
from app.domain.sending import answers
from app.gateways.twilio.outcomes import NotSent, Outgoing, ResponseDetails
from app.store.database import Database
from app.store.tables import Message, TemplateRun
from tests.support.cast import ACCOUNT, ADA, claimed, hear, only
from tests.support.runs import listed, number_of, planned, started


def state_of(database: Database) -> tuple[str, str]:
    """State and reason of the run."""
    run = only(database, TemplateRun)
    return run.state, run.reason


def test_who_is_left_out_at_their_turn_makes_room_for_the_next(database: Database) -> None:
    run = planned(database, listed(database, 15))
    out = started(database, run)
    for index in range(0, 15, 5):
        hear(database, "STOP", From=f"whatsapp:{number_of(index)}")
    assert out.work() == 12


class Counting(Database):
    """The database, with its turns at writing counted."""

    turns = 0

    def write(self, work: Any) -> Any:
        """As ever, and counted."""
        self.turns += 1
        return super().write(work)


def test_a_run_with_nothing_to_do_takes_no_turn_at_writing(database: Database) -> None:
    started(database, planned(database, listed(database, 2)))
    counting = Counting(database._engine, database.url)
    out = Dispatcher(counting, ACCOUNT, rate=0)
    with daily_limit.under(1):
        assert [out.work(), out.work()] == [1, 0]
        assert state_of(database) == ("running", "daily_limit")
        counting.turns = 0
        assert out.work() == 0
    assert counting.turns == 0


def come_back(database: Database, outgoing: Outgoing) -> None:
    """Twilio does not take the message: it is to be tried again."""
    slow = NotSent(ResponseDetails(429, error_code="20429"), retry_after=60.0)
    database.write(lambda session: answers.record(session, outgoing, slow))


@pytest.mark.parametrize(("deed", "state"), [(control.pause, "held"), (control.stop, "cancelled")])
def test_it_runs_until_twilio_has_the_last_message(database: Database, deed: Any, state: str) -> None:
    run = planned(database, listed(database, 1))
    out = started(database, run)
    out.work()
    (outgoing,) = claimed(database)
    out.work()
    assert state_of(database) == ("running", "")
    come_back(database, outgoing)
    out.work()
    assert state_of(database) == ("running", "")
    database.write(lambda session: deed(session, ADA, run.id or 0))
    assert only(database, Message, id=outgoing.message_id).state == state


@pytest.mark.parametrize(
    ("deed", "waits"), [(control.pause, ("held", "run_paused")), (control.stop, ("cancelled", "run_stopped"))]
)
def test_what_comes_back_after_the_deed_does_not_leave_again(
    database: Database, deed: Any, waits: tuple[str, str]
) -> None:
    run = planned(database, listed(database, 1))
    started(database, run).work()
    (outgoing,) = claimed(database)
    database.write(lambda session: deed(session, ADA, run.id or 0))
    come_back(database, outgoing)
    message = only(database, Message, id=outgoing.message_id)
    assert (message.state, message.reason) == waits
    if deed is control.pause:
        database.write(lambda session: control.resume(session, ADA, run.id or 0))
        assert only(database, Message, id=outgoing.message_id).state == "ready"


def test_what_comes_back_takes_no_room_until_it_is_many(database: Database) -> None:
    started(database, planned(database, listed(database, 12)))
    out = Dispatcher(database, ACCOUNT, rate=0.5)
    for _ in range(10):
        assert out.work() == 1
        (outgoing,) = claimed(database)
        come_back(database, outgoing)
    assert out.work() == 0
