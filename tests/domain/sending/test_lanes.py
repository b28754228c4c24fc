"""Each sender number has a lane of its own: whatever holds one up delays no other."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from app.domain.sending import lane, outbox, sender
from app.domain.sending.claims import Claimer, claim
from app.gateways.twilio.outcomes import Outgoing
from app.store.database import Database, Session, connect
from app.store.migrate import upgrade
from app.store.tables import Attempt, Message
from harness.simulator import SECOND_SENDER
from harness.waiting import until
from tests.domain.sending.conftest import StartSender
from tests.support.cast import KIM, SENDER, again, asked_message, begin, hear, only, rows
from tests.support.standin import StandIn

# What it asks of the database is the same on both.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

COUNT = 4


def ask_from(database: Database, sender: str, first: int) -> list[Message]:
    """Answers to so many customers who wrote to `sender`."""
    asked = []
    for number in range(first, first + COUNT):
        heard = hear(database, From=f"whatsapp:+1415555{1000 + number}", To=sender)
        answer = database.write(
            lambda session, heard=heard: outbox.enqueue_text(  # type: ignore[misc]
                session, KIM, heard.conversation_id, "Hi", ""
            )
        )
        asked.append(only(database, Message, id=answer.message_id))
    return asked


def both(database: Database) -> tuple[list[Message], list[Message]]:
    return ask_from(database, SENDER, 0), ask_from(database, SECOND_SENDER, 100)


def states(database: Database, messages: list[Message]) -> list[str]:
    return [again(database, message).state for message in messages]


@ON_SQLITE
def test_a_number_whose_calls_hang_delays_no_other(
    database: Database, own_standin: StandIn, start_sender: StartSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.gateways.twilio.client.READ_SECONDS", 60.0)
    own_standin.fails_next("create", "timeout", times=-1, seconds=60, sender=SENDER)
    slow, quick = both(database)
    start_sender(concurrency=2, twilio=own_standin.messages)
    until(lambda: set(states(database, quick)) == {"accepted"}, 30)
    # As many as it may call at once hang, and nothing more of it was claimed.
    assert sorted(states(database, slow)) == ["ready"] * (COUNT - 2) + ["sending"] * 2
    own_standin.simulator.kill()


def test_a_number_that_twilio_slows_down_delays_no_other(
    database: Database, standin: StandIn, start_sender: StartSender
) -> None:
    standin.fails_next("create", "429", times=-1, retry_after=600, sender=SENDER)
    slow, quick = both(database)
    start_sender(concurrency=2)
    until(lambda: set(states(database, quick)) == {"accepted"}, 30)
    until(lambda: len(rows(database, Attempt, outcome="not_sent")) == COUNT, 30)
    assert set(states(database, slow)) == {"ready"}
    assert {entry["params"]["From"][0] for entry in standin.accepted()} == {SECOND_SENDER}


@ON_SQLITE
def test_a_number_that_we_stumble_over_delays_no_other(
    database: Database, standin: StandIn, start_sender: StartSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def claim_or_stumble(session: Session, claimer: Claimer, sender: str, limit: int) -> list[Outgoing]:
        if sender == SENDER:
            raise ZeroDivisionError("a mistake of ours")
        return claim(session, claimer, sender, limit)

    monkeypatch.setattr(sender, "TROUBLE_SECONDS", 0.05)
    monkeypatch.setattr(lane, "claim", claim_or_stumble)
    stuck, fine = both(database)
    with capture_logs() as lines:
        start_sender()
        until(lambda: set(states(database, fine)) == {"accepted"}, 30)
        assert set(states(database, stuck)) == {"ready"}
        assert "sender.lane_stumbled" in {line["event"] for line in lines}
    monkeypatch.setattr(lane, "claim", claim)
    until(lambda: set(states(database, stuck)) == {"accepted"}, 30)


@pytest.mark.parametrize("empty_database_url", ["postgresql"], indirect=True)
def test_a_sender_that_was_up_before_the_schema_sends_once_it_is_there(
    empty_database_url: str, standin: StandIn, start_sender: StartSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "TROUBLE_SECONDS", 0.05)
    database = connect(empty_database_url)
    with capture_logs() as lines:
        begun = start_sender(on=database)
        until(lambda: [line for line in lines if line["event"].startswith("sender.")])
    upgrade(empty_database_url)
    begin(database)
    message = asked_message(database)
    until(lambda: again(database, message).state == "accepted", 30)
    assert begun.stop(20)
    database.close()
