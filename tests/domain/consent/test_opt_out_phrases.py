"""Free words that may be an opt-out are told from others, and an agent decides."""

from __future__ import annotations

import pytest

from app.domain.access import NotAllowed
from app.domain.consent import ledger, said_in_message
from app.domain.consent.opt_out_phrases import may_be_opt_out
from app.store.database import Database
from app.store.tables import Audit, ConsentRecord, Message
from tests.support.cast import ACCOUNT, KIM, OTTO, again, asked_message, conversation_with, hear, only, rows

ASKS = (
    "Please don't write to me anymore",
    "pls DO NOT text me",
    "Don’t send me any more of these",
    "Could you stop messaging me? Thanks",
    "no more messages please!",
    "I want to unsubscribe",
    "Por favor no me escriban más",
    "No quiero recibir más publicidad",
    "Dejen de mandarme mensajes",
    "quiero darme de baja",
    "Por favor, não me mandem mais mensagens",
    "Não quero receber mais mensagens",
    "Parem de me enviar isso",
    "Bitte schreiben Sie mir nicht mehr",
    "Ich möchte keine Werbung mehr bekommen",
    "Schicken Sie mir bitte keine Nachrichten mehr",
    "Ne m'écrivez plus s'il vous plaît",
    "Arrêtez de m’envoyer des messages",
    "Je ne veux plus recevoir de messages",
    "Je veux me désabonner",
    "Non mi scrivete più",
    "Smettetela di scrivermi",
    "Basta messaggi",
)
ASKS_NOT = (
    "",
    "Don't worry, take your time",
    "Please write to me when it is done",
    "Do you have more messages?",
    "I'll stop by tomorrow",
    "The brakes don't stop",
    "No, the red one. Send me more pictures!",
    "¿Me escriben cuando esté lista?",
    "Não sei se mandei a foto",
    "Ich schreibe Ihnen morgen mehr",
    "Keine Ahnung, mehr weiß ich nicht",
    "Je n'ai pas encore reçu votre message",
    "Non ho ricevuto il messaggio",
    "stop " * 400 + "texting me",
)


@pytest.mark.parametrize("text", ASKS)
def test_who_asks_for_no_more_messages_is_noticed(text: str) -> None:
    assert may_be_opt_out(text)


@pytest.mark.parametrize("text", ASKS_NOT)
def test_who_does_not_is_left_alone(text: str) -> None:
    assert not may_be_opt_out(text)


def flagged(database: Database, *shown: Message) -> frozenset[int]:
    return database.read(lambda session: said_in_message.flagged(session, ACCOUNT, [again(database, m) for m in shown]))


def test_it_never_acts_by_itself_and_is_recorded_by_one_press(database: Database) -> None:
    message = hear(database, ASKS[0])
    there = conversation_with(database).contact_id
    assert flagged(database, message) == {message.id}
    assert rows(database, ConsentRecord) == []
    for expected in (True, False):
        recorded = database.write(lambda session: said_in_message.record_opt_out(session, KIM, message.id or 0))
        assert recorded is expected
    record = only(database, ConsentRecord)
    assert (record.purpose, record.state, record.source) == ("all", "withdrawn", "agent")
    assert (record.message_id, record.occurred_at, record.proof) == (message.id, message.occurred_at, ASKS[0])
    assert database.read(lambda session: ledger.opted_out(session, ACCOUNT, there))
    assert flagged(database, message) == frozenset()
    assert len(rows(database, Audit, verb="consent.record")) == 1


def test_what_was_dismissed_stays_dismissed_alone(database: Database) -> None:
    message, other = hear(database, ASKS[0]), hear(database, ASKS[1])
    assert database.write(lambda session: said_in_message.dismiss(session, KIM, message.id or 0))
    assert not database.write(lambda session: said_in_message.dismiss(session, KIM, message.id or 0))
    assert flagged(database, message, other) == {other.id}
    assert rows(database, ConsentRecord) == []


def test_only_a_customers_message_is_decided_about_and_only_by_who_may(database: Database) -> None:
    ours = asked_message(database, ASKS[0])
    assert flagged(database, ours) == frozenset()
    for verb in (said_in_message.record_opt_out, said_in_message.dismiss):
        assert not database.write(lambda session, verb=verb: verb(session, KIM, ours.id or 0))  # type: ignore[misc]
        with pytest.raises(NotAllowed):
            database.write(lambda session, verb=verb: verb(session, OTTO, ours.id or 0))  # type: ignore[misc]
