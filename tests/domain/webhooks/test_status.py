"""Statuses come in any order; what is shown never goes back."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import pytest

from app.domain.statuses import RANK
from app.domain.webhooks.receive import receive
from app.store.database import Database, Session
from app.store.tables import FeedEvent, Journal, Message, StatusEvent
from tests.payloads import status_forms
from tests.support.cast import (
    ACCOUNT,
    AVA,
    SENDER,
    STRANGER_ACCOUNT,
    again,
    ago,
    asked_message,
    conversation_with,
    new_sid,
    only,
    rows,
    rows_in,
    status_form,
    tell,
    webhook,
)

FIVE = ("queued", "sent", "delivered", "read", "failed")


def accepted(database: Database, status: str = "") -> Message:
    """A message of ours that Twilio has numbered."""
    there = conversation_with(database)
    sid = database.write(lambda session: _accepted(session, there.id or 0, status))
    return only(database, Message, sid=sid)


def _accepted(session: Session, conversation_id: int, status: str = "") -> str:
    sid = new_sid()
    session.add(
        Message(
            account_sid=ACCOUNT,
            conversation_id=conversation_id,
            direction="outbound",
            kind="text",
            sid=sid,
            status=status,
            from_address=SENDER,
            to_address=AVA,
            state="accepted",
            occurred_at=ago(),
            recorded_at=ago(),
        )
    )
    session.flush()
    return sid


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_in_every_order_and_with_every_repeat_the_highest_rank_is_shown(database: Database) -> None:
    """One transaction, for speed: the rule is the same on both databases."""
    there = conversation_with(database).id or 0

    def every_order(session: Session) -> None:
        for order in orders():
            sid = _accepted(session, there)
            shown = [_shown_after(session, sid, status) for status in order]
            ranks = [RANK[status] for status in shown]
            assert ranks == [max(RANK[status] for status in order[: turn + 1]) for turn in range(len(order))], order

    database.write(every_order)


def _shown_after(session: Session, sid: str, status: str) -> str:
    receive(session, webhook("status", status_form(sid, status, "63016" if status == "failed" else "")))
    session.expire_all()
    (message,) = rows_in(session, Message, sid=sid)
    return message.status


def orders() -> Iterator[Sequence[str]]:
    """All orders of the five, and each again with one of them repeated at the end."""
    for order in itertools.permutations(FIVE):
        yield order
        yield [*order, order[0]]


def test_every_sample_of_a_status_is_stored_and_shown_by_rank(database: Database) -> None:
    for sample, form in status_forms().items():
        message = accepted(database)
        tell(database, message.sid, form["MessageStatus"], form.get("ErrorCode", ""), ChannelPrefix="whatsapp")
        event = only(database, StatusEvent, sid=message.sid)
        assert (event.status, event.message_id, event.source) == (form["MessageStatus"], message.id, "callback")
        now = again(database, message)
        if sample == "failed, rate":
            assert (now.state, now.reason) == ("ready", "waiting_for_rate")
        elif sample == "unknown word":
            assert now.status == ""
        else:
            assert (now.status, now.error_code) == (form["MessageStatus"], form.get("ErrorCode", ""))


def test_an_unknown_status_is_kept_and_changes_nothing_shown(database: Database) -> None:
    message = accepted(database, "sent")
    received = tell(database, message.sid, "seen_by_admin")
    assert received.quarantined == ""
    assert again(database, message).status == "sent"
    assert only(database, StatusEvent, status="seen_by_admin").message_id == message.id
    assert not [row for row in rows(database, FeedEvent) if row.kind == "status"]


def test_a_code_that_is_missing_never_erases_a_known_one(database: Database) -> None:
    message = accepted(database)
    tell(database, message.sid, "undelivered", "63016", ErrorMessage="Outside the window")
    tell(database, message.sid, "failed")
    tell(database, message.sid, "undelivered")
    now = again(database, message)
    assert (now.status, now.error_code, now.error_message) == ("undelivered", "63016", "Outside the window")


def test_a_code_that_comes_later_is_shown(database: Database) -> None:
    message = accepted(database)
    tell(database, message.sid, "failed")
    tell(database, message.sid, "failed", "63019")
    assert (again(database, message).status, again(database, message).error_code) == ("failed", "63019")


def test_a_status_of_an_unknown_message_waits_as_an_orphan(database: Database) -> None:
    sid = new_sid()
    tell(database, sid, "delivered")
    assert only(database, StatusEvent, sid=sid).message_id is None
    assert only(database, Journal, sid=sid).state == "applied"
    event = only(database, FeedEvent, kind="status")
    assert event.detail["orphan"] is True


def test_another_accounts_message_is_no_message_of_ours(database: Database) -> None:
    message = accepted(database)
    foreign = webhook("status", status_form(message.sid, "read", AccountSid=STRANGER_ACCOUNT))
    database.write(lambda session: receive(session, foreign))
    assert again(database, message).status == ""
    assert rows(database, StatusEvent) == []


def test_a_status_of_a_message_that_has_another_sid_stays_an_orphan(database: Database) -> None:
    message = accepted(database)
    waiting = asked_message(database)
    stray = new_sid()
    tell(database, stray, "read", path=f"/twilio/status/{message.id}/1")
    tell(database, stray, "sent", path=f"/twilio/status/{waiting.id}/77")
    assert [row.message_id for row in rows(database, StatusEvent, sid=stray)] == [None, None]
    assert again(database, message).sid == message.sid
    assert again(database, waiting).sid == ""


def test_a_status_may_come_by_its_other_name(database: Database) -> None:
    message = accepted(database)
    form = status_form(message.sid, "delivered")
    del form["MessageStatus"]
    database.write(lambda session: receive(session, webhook("status", form)))
    assert again(database, message).status == "delivered"
