"""STOP is heard at once, answered once, and lifted by START."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.domain.consent.keywords import words
from app.domain.sending.answers import record
from app.domain.webhooks.receive import receive
from app.gateways.twilio.outcomes import Accepted, ResponseDetails
from app.store.database import Database
from app.store.tables import Address, ConsentRecord, FeedEvent, Message
from tests.payloads import inbound_forms
from tests.support.cast import (
    again,
    ago,
    ask,
    asked_message,
    claimed,
    hear,
    inbound_form,
    new_sid,
    only,
    rows,
    take,
    tell,
    webhook,
)

CONFIRMED = "You are opted out and get no more messages from +14155238886. Reply START to get them again."


def is_out(database: Database) -> bool:
    return rows(database, Address)[0].opt_out_record_id is not None


def confirmations(database: Database) -> list[Message]:
    return rows(database, Message, origin="opt_out_confirmation")


def test_each_word_suppresses_or_lifts(database: Database) -> None:
    for language in words():
        word = language.words["opt_out"][0]
        hear(database, word)
        assert is_out(database), word
        assert ask(database).decision.rule == "suppressed"
        hear(database, language.words["opt_in"][0])
        assert not is_out(database), word
        assert ask(database).decision.allowed


def test_a_stop_is_confirmed_once_for_each_opt_out(database: Database) -> None:
    hear(database, "STOP")
    hear(database, "stop.")
    hear(database, "UNSUBSCRIBE")
    assert [row.body for row in confirmations(database)] == [CONFIRMED]
    hear(database, "START")
    hear(database, "STOP")
    assert len(confirmations(database)) == 2
    (outgoing,) = claimed(database)
    assert outgoing.body == CONFIRMED


def test_two_stops_at_once_are_confirmed_once(database: Database) -> None:
    hear(database, "Hello")
    stops = [webhook("inbound", inbound_form(Body="STOP")) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda one: database.write(lambda session: receive(session, one)), stops))
    assert len(confirmations(database)) == 1
    assert len(rows(database, ConsentRecord)) == 6


def test_what_twilio_answered_already_is_not_answered_again(database: Database) -> None:
    take(database, webhook("inbound", inbound_forms()["STOP answered by Twilio already"]))
    assert is_out(database)
    assert confirmations(database) == []
    assert only(database, ConsentRecord).source == "twilio_keyword"


def test_a_word_that_only_twilio_knows_counts(database: Database) -> None:
    hear(database, "ARRET", OptOutType="STOP")
    assert is_out(database)
    hear(database, "RETOUR", OptOutType="START")
    assert not is_out(database)
    hear(database, "AIDE", OptOutType="HELP")
    assert not is_out(database)


def test_a_button_counts(database: Database) -> None:
    hear(database, "No more messages", ButtonText="No more messages", ButtonPayload="STOP")
    assert is_out(database)
    hear(database, "Back again", ButtonText="Back again", ButtonPayload="START")
    assert not is_out(database)


def test_a_sentence_with_the_word_does_nothing(database: Database) -> None:
    hear(database, "stop by tomorrow")
    take(database, webhook("inbound", inbound_forms()["not a STOP"]))
    assert not is_out(database)
    assert rows(database, ConsentRecord) == []


def test_a_stop_that_is_learned_of_late_does_not_undo_a_later_start(database: Database) -> None:
    hear(database, "START", at=ago(hours=1))
    hear(database, "STOP", at=ago(hours=2))
    assert not is_out(database)
    assert confirmations(database) == []
    hear(database, "STOP", at=ago(minutes=30))
    assert is_out(database)


def test_a_stop_between_asking_and_claiming_is_obeyed(database: Database) -> None:
    waiting = asked_message(database)
    hear(database, "STOP")
    assert claimed(database) == []
    (outgoing,) = claimed(database)
    assert outgoing.body == CONFIRMED
    now = again(database, waiting)
    assert (now.state, now.reason, now.tries) == ("blocked", "suppressed", 0)


def test_the_evidence_is_kept(database: Database) -> None:
    stop = hear(database, "Stop!")
    event = only(database, ConsentRecord)
    assert (event.action, event.keyword, event.source) == ("opt_out", "STOP", "keyword")
    assert (event.message_id, event.occurred_at) == (stop.id, stop.occurred_at)
    assert [row.word for row in rows(database, FeedEvent, kind="consent")] == ["opt_out"]


@pytest.mark.parametrize("code", ["21610", "63014"])
def test_twilio_telling_of_an_opt_out_by_callback_counts(database: Database, code: str) -> None:
    asked_message(database)
    (outgoing,) = claimed(database)
    sid = new_sid()
    database.write(lambda session: record(session, outgoing, Accepted(sid, "queued", ResponseDetails())))
    tell(database, sid, "failed", code)
    assert is_out(database)
    assert confirmations(database) == []
