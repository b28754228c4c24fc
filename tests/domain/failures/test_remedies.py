"""What can be done about failures, on one message and on all of a code."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from app.domain.access import NotAllowed
from app.domain.failures import remedies, support_details
from app.domain.sending import rate_limit, resend
from app.store.conversations import rows as conversations
from app.store.database import Database
from app.store.failures import by_code
from app.store.failures.by_code import Tally
from app.store.messages import attempts, sender_rates, statuses
from app.store.messages import rows as messages
from app.store.tables import Address, Audit, ConsentRecord, Message
from tests.support.cast import (
    ACCOUNT,
    ADA,
    AVA,
    KIM,
    NOOR,
    OTTO,
    SENDER,
    STRANGER,
    again,
    ago,
    claimed,
    hear,
    only,
    rows,
    tell,
)
from tests.support.outcomes import accepted, refused, unconfirmed, undelivered


def groups(database: Database) -> dict[str, by_code.Group]:
    found = database.read(lambda session: by_code.groups(session, ACCOUNT, datetime.now(UTC), ago(days=1)))
    return {group.code: group for group in found}


def test_failures_are_counted_by_code(database: Database) -> None:
    hear(database, From=NOOR)
    for customer in (AVA, AVA, NOOR):
        undelivered(database, "63019", customer=customer)
    refused(database, "21211")
    accepted(database)
    found = groups(database)
    assert set(found) == {"63019", "21211"}
    assert (found["63019"].days, found["63019"].conversations) == ((3, 0, 0, 0, 0, 0, 0), 2)
    assert (found["63019"].resendable, found["21211"].resendable) == (3, 1)
    assert database.read(lambda session: by_code.tally(session, ACCOUNT, ago(days=1))) == Tally(failed=4)


def test_a_code_is_sent_again_once_each_and_linked(database: Database) -> None:
    first, second = undelivered(database, "63019", "One"), undelivered(database, "63019", "Two")
    done = remedies.send_all_again(database, KIM, "63019")
    assert (done.done, dict(done.refused)) == (2, {})
    assert groups(database)["63019"].resendable == 0
    assert remedies.send_all_again(database, KIM, "63019").done == 0
    copies = [row for row in rows(database, Message) if row.resend_of]
    assert [(row.body, row.resend_of) for row in copies] == [("One", first.id), ("Two", second.id)]


def test_what_the_gate_refuses_is_counted_by_its_rule(database: Database) -> None:
    message = undelivered(database, "63016")
    empty = {"content_sid": "HX" + "1" * 32, "content_variables": {"1": ""}}
    database.write(lambda session: messages.update(session, ACCOUNT, message.id or 0, **empty))
    done = remedies.send_all_again(database, KIM, "63016")
    assert (done.done, dict(done.refused)) == (0, {"variable_invalid": 1})


def test_text_to_whom_it_may_not_leave_now_is_neither_counted_nor_asked_for(database: Database) -> None:
    text, template = undelivered(database, "63019"), undelivered(database, "63019")
    database.write(lambda session: messages.update(session, ACCOUNT, template.id or 0, content_sid="HX" + "1" * 32))
    database.write(lambda session: _heard_long_ago(session, text))
    assert groups(database)["63019"].resendable == 1
    done = remedies.send_all_again(database, KIM, "63019")
    assert (done.done, dict(done.refused)) == (1, {})
    assert [row.resend_of for row in rows(database, Message) if row.resend_of] == [template.id]


def _heard_long_ago(session: Session, message: Message) -> None:
    conversations.change(session, ACCOUNT, message.conversation_id, last_inbound_at=ago(days=2))


def test_nothing_is_sent_again_where_it_cannot_help(database: Database) -> None:
    message = undelivered(database, "63032")
    assert not remedies.worth_sending_again(message)
    assert remedies.send_all_again(database, KIM, "63032").done == 0


def test_an_opt_out_is_recorded_from_when_it_was_told(database: Database) -> None:
    hear(database)
    message = undelivered(database, "63014")
    assert only(database, ConsentRecord).source == "twilio_error_63014"
    assert not database.write(lambda session: remedies.record_opt_out(session, KIM, message.id or 0))
    hear(database, "START")
    assert remedies.record_all_opt_outs(database, KIM, "63014").done == 0
    assert rows(database, Address)[0].opt_out_record_id is None


def test_an_opt_out_that_nobody_recorded_is(database: Database) -> None:
    message = accepted(database)
    database.write(
        lambda session: messages.update(session, ACCOUNT, message.id or 0, state="failed", error_code="21610")
    )
    assert groups(database)["21610"].not_opted_out == 1
    assert remedies.record_all_opt_outs(database, KIM, "21610").done == 1
    (latest,) = rows(database, ConsentRecord)
    assert (latest.action, latest.actor_kind) == ("opt_out", "agent")
    assert groups(database)["21610"].not_opted_out == 0
    assert groups(database)["21610"].resendable == 0


def test_an_admin_lets_a_paused_sender_go_on(database: Database) -> None:
    message = undelivered(database, "63018")
    assert message.reason == "waiting_for_rate"
    assert claimed(database) == []
    assert database.write(lambda session: remedies.resume_sender(session, ADA, SENDER))
    assert [outgoing.message_id for outgoing in claimed(database)] == [message.id]
    assert not database.write(lambda session: remedies.resume_sender(session, ADA, SENDER))
    assert [row.verb for row in rows(database, Audit) if row.subject_kind == "sender"] == ["sender.go_on"]


def test_the_next_limit_pauses_for_longer(database: Database) -> None:
    first = database.write(lambda session: rate_limit.slow_down(session, ACCOUNT, SENDER, "63018"))
    database.write(lambda session: remedies.resume_sender(session, ADA, SENDER))
    second = database.write(lambda session: rate_limit.slow_down(session, ACCOUNT, SENDER, "63018"))
    assert second - datetime.now(UTC) > first - datetime.now(UTC)
    assert len(database.read(lambda session: sender_rates.paused(session, ACCOUNT, datetime.now(UTC)))) == 1


def test_who_only_reads_may_do_none_of_it(database: Database) -> None:
    message = undelivered(database, "63019")
    with pytest.raises(NotAllowed):
        remedies.send_all_again(database, OTTO, "63019")
    with pytest.raises(NotAllowed):
        remedies.record_all_opt_outs(database, OTTO, "63014")
    with pytest.raises(NotAllowed):
        database.write(lambda session: remedies.record_opt_out(session, OTTO, message.id or 0))
    with pytest.raises(NotAllowed):
        database.write(lambda session: remedies.resume_sender(session, KIM, SENDER))


def test_a_strangers_admin_reaches_nothing(database: Database) -> None:
    message = undelivered(database, "63019")
    assert remedies.send_all_again(database, STRANGER, "63019").done == 0
    assert not database.write(lambda session: remedies.record_opt_out(session, STRANGER, message.id or 0))
    assert database.write(lambda session: resend.send_again(session, STRANGER, message.id or 0)).message_id is None
    assert len(rows(database, Message, direction="outbound")) == 1


def test_a_template_is_sent_again_as_it_was(database: Database) -> None:
    message = undelivered(database, "63019", "Your bike is ready")
    changed = {"content_sid": "HX" + "1" * 32, "content_variables": {"1": "Ava"}}
    database.write(lambda session: messages.update(session, ACCOUNT, message.id or 0, **changed))
    asked = database.write(lambda session: resend.send_again(session, KIM, message.id or 0))
    copy = only(database, Message, id=asked.message_id)
    assert {name: getattr(copy, name) for name in changed} == changed
    # The words that are kept with it are what it reads; the template brings them itself.
    assert (copy.kind, copy.body) == ("template", "")


def test_support_gets_every_attempt_with_zone_and_no_text(database: Database) -> None:
    message = unconfirmed(database, "A secret between us")
    path = f"/twilio/status/{message.id}/{_attempt_id(database, message)}"
    tell(database, "SM" + "e" * 32, "sent", path=path, To=AVA)
    message = again(database, message)
    lines = database.read(
        lambda session: support_details.details(
            message,
            attempts.of_message(session, ACCOUNT, message.id or 0),
            statuses.of_message(session, ACCOUNT, message.id or 0),
        )
    )
    text = support_details.as_text(lines)
    assert "secret" not in text
    assert f"To: {AVA}" in text
    assert "Attempt 1: " in text
    assert "+00:00" in text
    assert "Status sent: " in text
    assert "ErrorCode: none" in text


def _attempt_id(database: Database, message: Message) -> int:
    last = database.read(lambda session: attempts.last_of(session, ACCOUNT, message.id or 0))
    assert last is not None
    return last.id or 0
