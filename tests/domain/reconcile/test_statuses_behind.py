"""What Twilio's list knows of our own messages and no callback told."""

from __future__ import annotations

import pytest

from app.domain.clock import now
from app.domain.reconcile.sent_elsewhere import pull_sent_elsewhere
from app.domain.sending import answers
from app.gateways.twilio.outcomes import Accepted, ResponseDetails
from app.store.database import Database
from app.store.tables import Message, StatusEvent
from harness.waiting import until
from tests.support.cast import ACCOUNT, SENDER, again, asked_message, claimed, only, rows, tell
from tests.support.rewriting import rewrite
from tests.support.standin import StandIn


def sent(database: Database, standin: StandIn) -> Message:
    """A message that Twilio took; its callbacks go nowhere."""
    message = asked_message(database)
    (outgoing,) = claimed(database)
    sid = standin.take(outgoing)
    database.write(lambda session: answers.record(session, outgoing, Accepted(sid, "queued", ResponseDetails(201))))
    return again(database, message)


def at_twilio(standin: StandIn, sid: str, status: str) -> None:
    """Wait until the message has come so far there."""
    until(lambda: (found := standin.records.one(sid)) is not None and found.status == status)


def pull(database: Database, standin: StandIn) -> int:
    return pull_sent_elsewhere(database, standin.records, ACCOUNT, SENDER)


@pytest.mark.parametrize("shown", ["queued", "delivered"])
def test_a_message_is_shown_as_read_whichever_callbacks_got_lost(
    database: Database, standin: StandIn, shown: str
) -> None:
    message = sent(database, standin)
    tell(database, message.sid, shown)
    at_twilio(standin, message.sid, "read")
    assert pull(database, standin) == 0
    assert again(database, message).status == "read"
    assert only(database, StatusEvent, status="read").source == "pull"


def test_what_is_shown_never_goes_back(database: Database, standin: StandIn) -> None:
    message = sent(database, standin)
    at_twilio(standin, message.sid, "read")
    tell(database, message.sid, "read")
    rewrite(database, message, status="read")
    before = len(rows(database, StatusEvent))
    pull(database, standin)
    assert again(database, message).status == "read"
    assert len(rows(database, StatusEvent)) == before


def test_a_callback_that_comes_after_all_changes_nothing(database: Database, standin: StandIn) -> None:
    message = sent(database, standin)
    at_twilio(standin, message.sid, "read")
    pull(database, standin)
    learned = only(database, StatusEvent, status="read")
    tell(database, message.sid, "read")
    assert only(database, StatusEvent, status="read").recorded_at == learned.recorded_at < now()
