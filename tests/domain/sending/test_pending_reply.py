"""A reply that is kept until the customer answers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.domain.access import NotAllowed
from app.domain.actor import Actor
from app.domain.failures import offer_contexts
from app.domain.media import files
from app.domain.sending import pending_reply
from app.domain.sending.pending_reply import Kept
from app.domain.webhooks.receive import receive
from app.gateways.media_store import Folder
from app.store.database import Database
from app.store.tables import Audit, Conversation, FeedEvent, Message
from tests.support.cast import (
    ACCOUNT,
    ADA,
    KIM,
    OTTO,
    STRANGER,
    again,
    ago,
    claimed,
    conversation_with,
    hear,
    inbound_form,
    only,
    rows,
    webhook,
)
from tests.support.hosted import picture
from tests.support.rewriting import rewrite

TEXT = "Your bike is ready."


@pytest.fixture
def closed(database: Database) -> int:
    """A conversation whose window is closed."""
    return hear(database, "Is it ready?", at=ago(days=2)).conversation_id


def keep(
    database: Database, there: int, body: str = TEXT, key: str = "", by: Actor = KIM, replaces: int | None = None
) -> Kept:
    return database.write(lambda session: pending_reply.keep(session, by, there, body, key, replaces=replaces))


def kept(database: Database, there: int, body: str = TEXT, replaces: int | None = None) -> Message:
    asked = keep(database, there, body, replaces=replaces)
    return only(database, Message, id=asked.message_ids[0])


def call_off(database: Database, message: Message, by: Actor = KIM) -> bool:
    return database.write(lambda session: pending_reply.call_off(session, by, message.id or 0))


def test_it_waits_and_leaves_by_itself_when_they_answer(database: Database, closed: int) -> None:
    message = kept(database, closed)
    assert (message.state, message.reason, message.origin, message.tries) == (
        "held", "waiting_for_answer", "kept_reply", 0,
    )  # fmt: skip
    assert claimed(database) == []
    answer = hear(database, "And?")
    (outgoing,) = claimed(database)
    assert (outgoing.message_id, outgoing.body) == (message.id, TEXT)
    left = again(database, message)
    assert (left.state, left.reason) == ("sending", "")
    # It is said after what they wrote, and its keeping stays on record.
    assert left.occurred_at >= answer.occurred_at > left.recorded_at
    assert only(database, Conversation).last_message_id == message.id
    assert [row.word for row in rows(database, FeedEvent) if row.message_id == message.id] == [
        "kept", "answered", "sending",
    ]  # fmt: skip
    assert [row.verb for row in rows(database, Audit)] == ["message.keep"]


def test_what_they_write_next_sends_it_once(database: Database, closed: int) -> None:
    kept(database, closed)
    hear(database, "One")
    hear(database, "Two")
    assert len(claimed(database)) == 1
    assert [row.word for row in rows(database, FeedEvent, kind="state")] == ["answered", "sending"]


@pytest.mark.parametrize("word", ["STOP", "Baja", "*stop* 🛑"])
def test_a_stop_stops_it(database: Database, closed: int, word: str) -> None:
    message = kept(database, closed)
    hear(database, word)
    stopped = again(database, message)
    assert (stopped.state, stopped.reason) == ("blocked", "suppressed")
    hear(database, "START")
    assert message.id not in {outgoing.message_id for outgoing in claimed(database)}


def test_an_answer_that_opens_no_window_leaves_it_waiting(database: Database, closed: int) -> None:
    message = kept(database, closed)
    hear(database, "Late", at=ago(days=1, hours=6))
    assert again(database, message).state == "held"
    hear(database, "Now")
    assert again(database, message).state == "ready"


def test_the_claim_asks_the_gate_again(database: Database, closed: int) -> None:
    message = kept(database, closed)
    hear(database, "And?")
    rewrite(database, only(database, Conversation), last_inbound_at=ago(days=2))
    assert claimed(database) == []
    assert (again(database, message).state, again(database, message).reason) == ("blocked", "window_closed")


def test_it_can_be_called_off_and_then_nothing_leaves(database: Database, closed: int) -> None:
    message = kept(database, closed)
    offered = database.read(lambda session: offer_contexts.offered(session, ACCOUNT, [message]))
    assert offered == {message.id: ("call_off",)}
    assert not call_off(database, message, STRANGER)
    assert call_off(database, message, ADA)
    assert not call_off(database, message)
    assert (again(database, message).state, again(database, message).reason) == ("cancelled", "called_off")
    hear(database, "And?")
    assert claimed(database) == []
    assert not call_off(database, message)


def test_one_waits_and_a_second_one_replaces_it_only_where_that_was_said(database: Database, closed: int) -> None:
    first = kept(database, closed)
    refused = keep(database, closed, "Something else")
    assert (refused.message_ids, refused.rule, refused.waiting) == ((), "reply_kept_already", first.id)
    second = kept(database, closed, "Something else", replaces=first.id or 0)
    assert (again(database, first).state, again(database, first).reason) == ("cancelled", "replaced")
    # Somebody who saw the first one can't replace the second one unseen.
    assert keep(database, closed, "A third", replaces=first.id or 0).rule == "reply_kept_already"
    hear(database, "And?")
    assert [outgoing.message_id for outgoing in claimed(database)] == [second.id]


def test_the_same_request_keeps_one(database: Database, closed: int) -> None:
    asked = [keep(database, closed, key="compose:1") for _ in range(3)]
    assert len({one.message_ids for one in asked}) == 1
    assert len(rows(database, Message, direction="outbound")) == 1


def keep_files(database: Database, there: int, numbers: list[int]) -> list[Message]:
    asked = database.write(lambda session: pending_reply.keep(session, KIM, there, TEXT, "compose:1", file_ids=numbers))
    return [only(database, Message, id=number) for number in asked.message_ids]


def test_files_are_kept_as_a_message_each_and_leave_in_their_order(
    database: Database, closed: int, tmp_path: Path
) -> None:
    numbers = [files.host(database, Folder(tmp_path), KIM, f"{place}.png", picture()) for place in (1, 2)]
    assert keep_files(database, closed, [*numbers, 0]) == []
    made = keep_files(database, closed, numbers)
    assert [(message.body, message.hosted_file_id, message.state) for message in made] == [
        (TEXT, numbers[0], "held"), ("", numbers[1], "held"),
    ]  # fmt: skip
    assert keep_files(database, closed, numbers) == made
    hear(database, "And?")
    assert [again(database, message).state for message in made] == ["ready", "ready"]
    assert claimed(database)[0].message_id == made[0].id


def test_files_that_are_kept_together_are_called_off_together(database: Database, closed: int, tmp_path: Path) -> None:
    numbers = [files.host(database, Folder(tmp_path), KIM, f"{place}.png", picture()) for place in (1, 2)]
    made = keep_files(database, closed, numbers)
    assert call_off(database, made[1])
    assert {again(database, message).reason for message in made} == {"called_off"}
    assert not call_off(database, made[0])


def test_two_at_once_keep_one(database: Database, closed: int) -> None:
    with ThreadPoolExecutor(4) as pool:
        asked = list(pool.map(lambda number: keep(database, closed, f"Text {number}"), range(4)))
    assert sorted(one.rule for one in asked) == ["", *["reply_kept_already"] * 3]


def test_an_answer_at_the_same_moment_is_never_missed(database: Database) -> None:
    """The reply is refused since they have answered, or it leaves; it never goes on waiting."""
    for number in range(8):
        customer = f"whatsapp:+4915112300{number:03}"
        there = hear(database, "Is it ready?", at=ago(days=2), From=customer).conversation_id
        answer = webhook("inbound", inbound_form(Body="And?", From=customer))
        with ThreadPoolExecutor(2) as pool:
            asked = pool.submit(keep, database, there)
            pool.submit(lambda one=answer: database.write(lambda session: receive(session, one))).result()  # type: ignore[misc]
        if not asked.result().message_ids:
            assert asked.result().rule == "window_open"
        else:
            assert only(database, Message, id=asked.result().message_ids[0]).state == "ready"


def test_what_may_not_be_kept(database: Database, closed: int) -> None:
    assert keep(database, closed, " \n").rule == "body_empty"
    assert keep(database, closed, "x" * 1601).rule == "body_too_long"
    assert keep(database, 999_999).rule == "conversation_unknown"
    assert keep(database, closed, by=STRANGER).rule == "conversation_unknown"
    with pytest.raises(NotAllowed):
        keep(database, closed, by=OTTO)
    hear(database, "And?")
    assert keep(database, closed).rule == "window_open"
    hear(database, "STOP")
    rewrite(database, conversation_with(database), last_inbound_at=ago(days=2))
    assert keep(database, closed).rule == "suppressed"
    assert rows(database, Message, origin="kept_reply") == []
