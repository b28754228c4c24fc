"""A webhook that comes again changes nothing, however often and however many at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from app.domain.webhooks.receive import receive
from app.store.database import Database
from app.store.tables import Contact, Conversation, FeedEvent, Journal, Message, StatusEvent
from tests.support.cast import inbound_form, new_sid, only, rows, status_form, take, webhook


def test_a_hundred_at_once_are_one_row_one_message_and_one_confirmation(database: Database) -> None:
    stop = webhook("inbound", inbound_form("STOP"))
    hundred = [replace(stop, idempotency_token=str(number % 7)) for number in range(100)]
    with ThreadPoolExecutor(16) as pool:
        received = list(pool.map(lambda one: database.write(lambda session: receive(session, one)), hundred))
    assert len([each for each in received if each.journal_id is not None]) == 1
    assert len(rows(database, Journal)) == 1
    assert len(rows(database, Contact)) == 1
    assert only(database, Conversation).unread == 1
    assert sorted(row.origin for row in rows(database, Message)) == ["", "opt_out_confirmation"]


def test_many_first_messages_of_one_customer_at_once_make_one_contact(database: Database) -> None:
    forms = [webhook("inbound", inbound_form(Body=str(number))) for number in range(24)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda one: database.write(lambda session: receive(session, one)), forms))
    assert len(rows(database, Contact)) == 1
    assert only(database, Conversation).unread == 24
    assert len(rows(database, Message)) == 24


def test_a_repeat_with_other_words_changes_nothing(database: Database) -> None:
    form = inbound_form(Body="first")
    take(database, webhook("inbound", form), webhook("inbound", form | {"Body": "second"}))
    assert only(database, Message).body == "first"


def test_a_status_is_the_same_by_message_status_and_code(database: Database) -> None:
    sid = new_sid()
    told = [("sent", ""), ("sent", ""), ("failed", ""), ("failed", "63016"), ("failed", "63016"), ("failed", "63019")]
    take(database, *(webhook("status", status_form(sid, *each)) for each in told))
    kept = [(row.status, row.error_code) for row in rows(database, StatusEvent)]
    assert kept == [("sent", ""), ("failed", ""), ("failed", "63016"), ("failed", "63019")]


def test_each_change_is_one_feed_event(database: Database) -> None:
    form = inbound_form()
    take(database, *[webhook("inbound", form)] * 3)
    assert [row.kind for row in rows(database, FeedEvent)] == ["inbound"]
