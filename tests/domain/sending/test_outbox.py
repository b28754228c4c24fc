"""Asking to send: through the gate, once, by who may, in an own conversation."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.domain.access import NotAllowed
from app.domain.actor import Actor, clock, command, webhook
from app.domain.sending import outbox
from app.store.database import Database
from app.store.tables import Account, Audit, Conversation, FeedEvent, Message
from tests.support.cast import (
    ADA,
    AVA,
    KIM,
    NOOR,
    OTTO,
    SENDER,
    STRANGER,
    ago,
    ask,
    conversation_with,
    hear,
    only,
    rows,
)

LONG = 1600


def test_what_may_leave_waits_in_the_outbox(database: Database) -> None:
    asked = ask(database, "On its way.")
    message = only(database, Message, id=asked.message_id)
    assert (message.state, message.direction, message.body) == ("ready", "outbound", "On its way.")
    assert (message.from_address, message.to_address) == (SENDER, AVA)
    assert message.next_attempt_at is not None
    assert (asked.decision.allowed, asked.decision.rule, asked.repeated) == (True, "ok", False)
    assert only(database, Conversation).last_message_id == message.id
    assert [(row.kind, row.word) for row in rows(database, FeedEvent)][-1] == ("outbound", "ready")
    audited = only(database, Audit)
    assert (audited.verb, audited.subject_id, audited.actor_name) == ("message.send", str(message.id), "Kim")
    assert "On its way." not in str(audited.detail)


def test_a_contact_without_a_number_is_answered_too(database: Database) -> None:
    asked = ask(database, customer=NOOR)
    assert only(database, Message, id=asked.message_id).to_address == NOOR


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("", "body_empty"),
        (" \n\t\u00a0", "body_empty"),
        ("x" * (LONG + 1), "body_too_long"),
        ("x" * LONG, "ok"),
        ("🙏" * LONG, "ok"),
    ],
)
def test_a_body_is_there_and_not_too_long(database: Database, body: str, rule: str) -> None:
    asked = ask(database, body)
    assert asked.decision.rule == rule
    assert (asked.message_id is not None) == (rule == "ok")
    assert len(rows(database, Message, direction="outbound")) == (rule == "ok")


def test_a_closed_window_refuses_free_text(database: Database) -> None:
    hear(database, at=ago(hours=24))
    refused = ask(database)
    assert (refused.message_id, refused.decision.rule) == (None, "window_closed")
    assert refused.decision.evidence["closed_at"]
    hear(database)
    assert ask(database).decision.rule == "ok"


def test_an_opt_out_refuses_before_the_window_does(database: Database) -> None:
    hear(database, "STOP", at=ago(days=3))
    refused = ask(database)
    assert refused.decision.rule == "suppressed"
    assert refused.decision.evidence["consent_record_id"]


def test_the_same_request_makes_one_message(database: Database) -> None:
    first, second = (ask(database, "Hello", key="click-1") for _ in range(2))
    assert (second.message_id, second.repeated) == (first.message_id, True)
    assert ask(database, "Hello", key="click-2").message_id != first.message_id
    assert ask(database, "Hello").message_id != ask(database, "Hello").message_id


def test_the_same_request_at_once_makes_one_message(database: Database) -> None:
    conversation_with(database)
    with ThreadPoolExecutor(8) as pool:
        asked = list(pool.map(lambda _: ask(database, "Hello", key="double-click"), range(16)))
    assert len({each.message_id for each in asked}) == 1
    assert [each.repeated for each in asked].count(False) == 1
    assert len(rows(database, Message, direction="outbound")) == 1
    assert len(rows(database, Audit)) == 1


def test_a_request_repeated_after_a_stop_is_still_the_same_request(database: Database) -> None:
    first = ask(database, "Hello", key="click")
    hear(database, "STOP")
    assert ask(database, "Hello", key="click").message_id == first.message_id


@pytest.mark.parametrize("by", [OTTO, Actor("token", KIM.account_sid), Actor("agent", KIM.account_sid)])
def test_who_may_not_write_is_refused(database: Database, by: Actor) -> None:
    with pytest.raises(NotAllowed):
        ask(database, by=by)
    assert rows(database, Message, direction="outbound") == []


@pytest.mark.parametrize("by", [KIM, ADA, clock(KIM.account_sid), webhook(KIM.account_sid), command(KIM.account_sid)])
def test_who_may_write_is_heard(database: Database, by: Actor) -> None:
    assert ask(database, by=by).message_id is not None


def test_another_accounts_conversation_is_unknown(database: Database) -> None:
    conversation_with(database)
    refused = ask(database, by=STRANGER)
    assert (refused.message_id, refused.decision.rule) == (None, "conversation_unknown")


def test_a_conversation_that_never_was_is_unknown(database: Database) -> None:
    for number in (0, -1, 10**12, 2**63 - 1):
        asked = database.write(lambda session, there=number: outbox.enqueue_text(session, KIM, there, "Hello", ""))  # type: ignore[misc]
        assert asked.decision.rule == "conversation_unknown"


@pytest.mark.parametrize("body", ["a\x00b", "\ud800", "a\udfffb"])
def test_text_that_no_database_keeps_is_made_visible(database: Database, body: str) -> None:
    asked = ask(database, body)
    assert "\ufffd" in only(database, Message, id=asked.message_id).body


def test_a_long_request_key_is_a_key_like_any_other(database: Database) -> None:
    key = "k" * 500
    assert ask(database, key=key).message_id == ask(database, key=key).message_id
    assert ask(database, key=key + "x").message_id != ask(database, key=key).message_id


def test_an_error_after_asking_leaves_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("of the audit")

    monkeypatch.setattr("app.domain.audit.record", fail)
    with pytest.raises(RuntimeError):
        ask(database)
    assert rows(database, Message, direction="outbound") == []
    assert rows(database, Account) != []
