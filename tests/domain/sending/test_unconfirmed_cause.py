"""What came instead of a clear answer."""

from __future__ import annotations

import pytest

from app.domain.sending import unconfirmed_cause
from app.domain.sending.answers import give_up_waiting
from app.gateways.twilio.outcomes import ResponseDetails
from app.store.database import Database
from app.store.tables import Attempt
from tests.support.cast import asked_message, claimed, only
from tests.support.outcomes import unconfirmed


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (ResponseDetails(500, "RQ1", "20500", "Internal Server Error"), "error"),
        (ResponseDetails(502, error_message="unreadable answer: JSONDecodeError"), "error"),
        (ResponseDetails(201, error_message="unreadable answer: JSONDecodeError"), "unreadable"),
        (ResponseDetails(error_message="unreadable answer: KeyError"), "unreadable"),
        (ResponseDetails(error_message="ReadTimeout"), "late"),
        (ResponseDetails(error_message="ConnectionError"), "cut"),
        (ResponseDetails(error_message="ChunkedEncodingError"), "cut"),
        (ResponseDetails(error_message="SomethingNew"), "silent"),
    ],
)
def test_each_way_of_not_answering_has_a_code_of_its_own(database: Database, told: ResponseDetails, code: str) -> None:
    unconfirmed(database, told=told)
    assert unconfirmed_cause.code_of(only(database, Attempt)) == code


def test_a_sender_that_stopped_is_told_from_twilio_being_silent(database: Database) -> None:
    asked_message(database)
    claimed(database)
    attempt = only(database, Attempt)
    database.write(lambda session: give_up_waiting(session, attempt))
    assert unconfirmed_cause.code_of(only(database, Attempt)) == "stopped"
    assert unconfirmed_cause.code_of(None) == "silent"
