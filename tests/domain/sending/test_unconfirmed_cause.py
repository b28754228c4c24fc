"""What came instead of a clear answer."""

from __future__ import annotations

import pytest

from app.domain.sending.answers import give_up_waiting
from app.domain.sending.unconfirmed_cause import cause_of
from app.store.database import Database
from app.store.tables import Attempt
from app.vocabulary import CAUSES, Cause
from tests.support.cast import asked_message, claimed, only
from tests.support.outcomes import accepted, unconfirmed


@pytest.mark.parametrize("cause", CAUSES)
def test_an_attempt_keeps_why_it_is_not_confirmed(database: Database, cause: Cause) -> None:
    unconfirmed(database, cause=cause)
    assert cause_of(only(database, Attempt)) == cause


def test_a_sender_that_stopped_is_told_from_twilio_being_silent(database: Database) -> None:
    asked_message(database)
    claimed(database)
    attempt = only(database, Attempt)
    database.write(lambda session: give_up_waiting(session, attempt))
    assert cause_of(only(database, Attempt)) == "stopped"
    assert cause_of(None) == "silent"


def test_what_was_accepted_has_no_cause(database: Database) -> None:
    accepted(database)
    assert only(database, Attempt).cause == ""
