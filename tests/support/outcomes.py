"""Messages of ours that came to some end: accepted, refused, lost on the way, not confirmed."""

from __future__ import annotations

from app.domain.sending.answers import record
from app.gateways.twilio.outcomes import Accepted, Answer, Refused, ResponseDetails, Unconfirmed
from app.store.database import Database
from app.store.tables import Message
from app.vocabulary import Cause
from tests.support.cast import AVA, again, asked_message, claimed, new_sid, tell


def answered(database: Database, answer: Answer, body: str = "On its way.", customer: str = AVA) -> Message:
    """A reply that was handed to Twilio and answered so."""
    message = asked_message(database, body, customer)
    outgoing = next(one for one in claimed(database) if one.message_id == message.id)
    database.write(lambda session: record(session, outgoing, answer))
    return again(database, message)


def accepted(database: Database, body: str = "On its way.", customer: str = AVA) -> Message:
    """Twilio took it."""
    return answered(database, Accepted(new_sid(), "queued", ResponseDetails(201, "RQ" + "1" * 32)), body, customer)


def refused(database: Database, code: str, body: str = "On its way.", customer: str = AVA) -> Message:
    """Twilio's answer was an error with this code."""
    told = ResponseDetails(400, "RQ" + "2" * 32, code, f"Error {code} as Twilio words it")
    return answered(database, Refused(told), body, customer)


def undelivered(database: Database, code: str, body: str = "On its way.", customer: str = AVA) -> Message:
    """Twilio took it, and told later that it failed."""
    message = accepted(database, body, customer)
    tell(database, message.sid, "undelivered", code)
    return again(database, message)


def unconfirmed(database: Database, body: str = "On its way.", customer: str = AVA, cause: Cause = "late") -> Message:
    """Twilio gave no answer, or one that proves nothing."""
    return answered(database, Unconfirmed(ResponseDetails(error_message="timed out"), cause), body, customer)
