"""Statuses of messages that nobody knows: shown for a day, kept for as long as it takes."""

from __future__ import annotations

from datetime import timedelta

from app.domain.clock import now
from app.domain.sending import answers
from app.gateways.twilio.outcomes import Accepted, ResponseDetails
from app.store.database import Database
from app.store.failures import unsettled
from app.store.messages import statuses
from app.store.tables import StatusEvent
from tests.support.cast import ACCOUNT, STRANGER_ACCOUNT, again, asked_message, claimed, new_sid, only, rows, tell
from tests.support.rewriting import rewrite

DAY = timedelta(days=1)


def orphans(database: Database, account_sid: str = ACCOUNT) -> list[str]:
    """The SIDs of the orphans that are shown; their count says the same."""
    found = database.read(lambda session: statuses.orphans(session, account_sid, now()))
    counted = database.read(lambda session: unsettled.counts(session, account_sid, now()))
    assert counted.orphans == len(found)
    return [event.sid for event in found]


def test_orphans_of_nobody_end_after_a_day(database: Database) -> None:
    old, new = new_sid(), new_sid()
    for sid in (old, new):
        tell(database, sid, "delivered")
    assert orphans(database) == [new, old]
    rewrite(database, only(database, StatusEvent, sid=old), recorded_at=now() - DAY - timedelta(minutes=1))
    rewrite(database, only(database, StatusEvent, sid=new), recorded_at=now() - DAY + timedelta(minutes=5))
    assert orphans(database) == [new]
    assert len(rows(database, StatusEvent)) == 2


def test_they_are_no_other_accounts(database: Database) -> None:
    tell(database, new_sid(), "delivered")
    assert orphans(database, STRANGER_ACCOUNT) == []


def test_one_whose_message_becomes_known_is_no_orphan_however_old(database: Database) -> None:
    sid = new_sid()
    tell(database, sid, "read")
    rewrite(database, only(database, StatusEvent), recorded_at=now() - 3 * DAY)
    message = asked_message(database)
    (outgoing,) = claimed(database)
    database.write(lambda session: answers.record(session, outgoing, Accepted(sid, "queued", ResponseDetails(201))))
    assert again(database, message).status == "read"
    assert only(database, StatusEvent).message_id == message.id
    assert orphans(database) == []
