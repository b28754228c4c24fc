"""Another text, template or files in place of a message that failed, was stopped or isn't confirmed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.domain.access import NotAllowed
from app.domain.actor import Actor
from app.domain.gate.draft import Draft
from app.domain.sending import resend
from app.domain.sending.outbox import Enqueued
from app.store.database import Database
from app.store.tables import Audit, Conversation, Message
from tests.support.cast import KIM, OTTO, STRANGER, ago, asked_message, claimed, hear, only, rows
from tests.support.outcomes import accepted, refused, unconfirmed, undelivered
from tests.support.rewriting import rewrite

TEMPLATE = Draft(content_sid="HX" + "1" * 32, content_variables=(("1", "Ava"),))


def change(database: Database, message: Message, draft: Draft = TEMPLATE, by: Actor = KIM) -> Enqueued:
    """Kim sends something else in place of the message."""
    return database.write(lambda session: resend.send_changed(session, by, message.id or 0, draft))


def close_window(database: Database) -> None:
    rewrite(database, only(database, Conversation), last_inbound_at=ago(days=2))


def test_a_template_takes_the_place_of_text_in_a_closed_window(database: Database) -> None:
    message = undelivered(database, "63016", "Your bike is ready.")
    close_window(database)
    new = only(database, Message, id=change(database, message).message_id)
    assert (new.resend_of, new.state, new.kind, new.body) == (message.id, "ready", "template", "")
    assert (new.content_sid, new.content_variables) == (TEMPLATE.content_sid, {"1": "Ava"})
    assert only(database, Audit, subject_id=str(new.id), verb="message.send").actor_name == "Kim"


def test_sender_and_price_stay_where_the_draft_names_none(database: Database) -> None:
    message = undelivered(database, "63019")
    service = "MG" + "2" * 32
    rewrite(database, message, messaging_service_sid=service, details={"max_price": "0.05"})
    changed = Draft(body="As a link", media_urls=("https://x.example/b",))
    new = only(database, Message, id=change(database, message, changed).message_id)
    assert (new.body, new.media_urls, new.num_media) == ("As a link", ["https://x.example/b"], 1)
    assert (new.messaging_service_sid, new.details) == (service, {"max_price": "0.05"})


def test_changed_twice_at_once_is_one_message(database: Database) -> None:
    message = undelivered(database, "63016")
    both = threading.Barrier(2, timeout=10)

    def press(_: int) -> Enqueued:
        both.wait()
        return change(database, message)

    with ThreadPoolExecutor(2) as hands:
        one, other = hands.map(press, range(2))
    assert one.message_id == other.message_id
    assert {one.repeated, other.repeated} == {True, False}


def test_one_message_comes_of_it_whether_changed_or_sent_again(database: Database) -> None:
    message = undelivered(database, "63019")
    first = database.write(lambda session: resend.send_again(session, KIM, message.id or 0))
    second = change(database, message)
    assert (second.message_id, second.repeated) == (first.message_id, True)
    assert only(database, Message, resend_of=message.id).content_sid == ""


@pytest.mark.parametrize(
    ("draft", "rule"),
    [
        (Draft(body="Once more"), "window_closed"),
        (Draft(content_sid=TEMPLATE.content_sid, content_variables=(("1", ""),)), "variable_invalid"),
    ],
)
def test_the_gate_refuses_as_always(database: Database, draft: Draft, rule: str) -> None:
    message = undelivered(database, "63016")
    close_window(database)
    answer = change(database, message, draft)
    assert (answer.message_id, answer.decision.rule) == (None, rule)
    assert rows(database, Message, resend_of=message.id) == []


def test_nothing_goes_to_somebody_who_opted_out(database: Database) -> None:
    message = undelivered(database, "63016")
    hear(database, "STOP")
    assert change(database, message).decision.rule == "suppressed"


def stopped(database: Database) -> Message:
    """Stopped before it was sent."""
    message = asked_message(database)
    close_window(database)
    claimed(database)
    return message


@pytest.mark.parametrize("made", [lambda d: refused(d, "63013"), unconfirmed, stopped])
def test_what_failed_was_stopped_or_is_not_confirmed_may_be_changed(
    database: Database, made: Callable[[Database], Message]
) -> None:
    assert change(database, made(database)).message_id is not None


@pytest.mark.parametrize("made", [asked_message, accepted, hear])
def test_what_is_under_way_or_arrived_may_not(database: Database, made: Callable[[Database], Message]) -> None:
    assert change(database, made(database)).decision.rule == "not_to_be_sent_again"


def test_who_only_reads_and_a_stranger_change_nothing(database: Database) -> None:
    message = undelivered(database, "63016")
    with pytest.raises(NotAllowed):
        change(database, message, by=OTTO)
    assert change(database, message, by=STRANGER).decision.rule == "not_to_be_sent_again"
    assert rows(database, Message, resend_of=message.id) == []
