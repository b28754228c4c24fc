"""Keywords in messages: who opts out, in which language they are answered, and what a button means."""

from __future__ import annotations

import pytest

from app.domain.sending.answers import record
from app.domain.webhooks.webhook import Webhook
from app.gateways.twilio.outcomes import Accepted, ResponseDetails
from app.store import accounts
from app.store.database import Database
from app.store.tables import Address, ConsentRecord, Message
from tests.support.cast import ACCOUNT, ago, ask, claimed, hear, inbound_form, new_sid, only, rows, take, webhook

SOFIA = "whatsapp:+34612345678"
RUI = "whatsapp:+5511987654321"


def is_out(database: Database) -> bool:
    return rows(database, Address)[0].opt_out_record_id is not None


def answers(database: Database, origin: str) -> list[str]:
    return [row.body for row in rows(database, Message, origin=origin)]


def pulled(form: dict[str, str]) -> Webhook:
    """The message as Twilio's list tells it: without its button."""
    listed = {name: form[name] for name in ("AccountSid", "MessageSid", "From", "To", "Body", "NumMedia")}
    return Webhook(ACCOUNT, "inbound", tuple(listed.items()), "", ago(minutes=1), source="pull")


@pytest.mark.parametrize(
    ("said", "language", "answer"),
    [
        ("STOP 🛑", "en", "You are opted out"),
        ("*Baja*", "es", "Te has dado de baja"),
        ("“Sair”", "pt", "Seu cadastro"),
        ("Abmelden!!", "de", "Sie sind abgemeldet"),
        ("arrêter", "fr", "Vous êtes désinscrit"),
        ("Disiscrivimi", "it", "Sei disiscritto"),
        ("إيقــاف", "ar", "تم إلغاء"),
        ("रोकें", "hi", "आपको"),
    ],
)
def test_an_opt_out_is_confirmed_once_in_its_own_language(
    database: Database, said: str, language: str, answer: str
) -> None:
    database.write(lambda session: accounts.ensure(session, ACCOUNT, ago(), "Halden Cycles"))
    hear(database, said)
    assert is_out(database)
    assert only(database, ConsentRecord).language == language
    hear(database, said)
    (confirmed,) = answers(database, "opt_out_confirmation")
    assert confirmed.startswith(answer)
    assert "Halden Cycles" in confirmed


@pytest.mark.parametrize(("who", "language"), [(SOFIA, "es"), (RUI, "pt")])
def test_a_word_of_two_languages_is_answered_in_that_of_the_persons_country(
    database: Database, who: str, language: str
) -> None:
    hear(database, "Cancelar", From=who)
    assert only(database, ConsentRecord).language == language


@pytest.mark.parametrize(
    "fields",
    [
        {"Body": "Cancel", "ButtonText": "Cancel", "ButtonPayload": "appt-991:cancel"},
        {"Body": "Stop", "ButtonText": "Stop", "ButtonPayload": "stop-the-timer"},
        {"Body": "End", "ListTitle": "End", "ListId": "row-7"},
    ],
)
def test_our_own_label_is_not_the_customers_word(database: Database, fields: dict[str, str]) -> None:
    take(database, webhook("inbound", inbound_form(**fields)))
    assert rows(database, ConsentRecord) == []
    assert ask(database).decision.allowed


def test_the_payload_stop_opts_out_whatever_the_label_says(database: Database) -> None:
    hear(database, "Keine Werbung", ButtonText="Keine Werbung", ButtonPayload="STOP")
    assert is_out(database)
    assert only(database, ConsentRecord).source == "button"


def test_twilios_word_opts_out_though_the_button_says_nothing(database: Database) -> None:
    hear(database, "Weg", ButtonText="Weg", ButtonPayload="x-1", OptOutType="STOP")
    assert is_out(database)
    assert answers(database, "opt_out_confirmation") == []


def test_a_button_that_was_pulled_as_a_text_is_put_right_by_its_webhook(database: Database) -> None:
    form = inbound_form(Body="Cancel", ButtonText="Cancel", ButtonPayload="appt-991:cancel")
    take(database, pulled(form))
    assert is_out(database)
    take(database, webhook("inbound", form), webhook("inbound", form))
    assert not is_out(database)
    assert [row.state for row in rows(database, ConsentRecord)] == ["withdrawn", "invalidated"]


def test_a_pulled_label_whose_button_says_the_opposite_is_put_right_too(database: Database) -> None:
    form = inbound_form(Body="Start", ButtonText="Start", ButtonPayload="STOP")
    take(database, pulled(form), webhook("inbound", form))
    assert is_out(database)


def test_yes_opts_nobody_in(database: Database) -> None:
    hear(database, "STOP")
    for said in ("Yes", "YES!", "Sí", "Ja", "हाँ", "نعم"):
        hear(database, said)
    assert is_out(database)
    hear(database, "Yes", OptOutType="START")
    assert not is_out(database)


def test_help_is_answered_once_for_each_time_in_its_language(database: Database) -> None:
    database.write(lambda session: accounts.ensure(session, ACCOUNT, ago(), "Halden Cycles"))
    form = inbound_form(Body="Hilfe?")
    take(database, webhook("inbound", form), webhook("inbound", form))
    assert answers(database, "help_answer") == [
        "Sie schreiben mit Halden Cycles. Antworten Sie STOPP, um keine Nachrichten mehr zu erhalten, START, um sie "
        "wieder zu erhalten."
    ]
    assert rows(database, ConsentRecord) == []
    hear(database, "INFO")
    assert len(answers(database, "help_answer")) == 2
    hear(database, "I need help with my order")
    assert len(answers(database, "help_answer")) == 2


def test_who_opted_out_is_helped_all_the_same_and_the_claim_lets_it_leave(database: Database) -> None:
    hear(database, "STOP")
    (confirmation,) = claimed(database)
    database.write(lambda session: record(session, confirmation, Accepted(new_sid(), "queued", ResponseDetails())))
    hear(database, "HELP")
    assert len(answers(database, "help_answer")) == 1
    assert ask(database).decision.rule == "suppressed"
    (helped,) = claimed(database)
    assert helped.body.startswith("You are writing with +14155238886.")


def test_what_twilio_blocks_or_has_answered_is_not_answered_again(database: Database) -> None:
    hear(database, "HELP", OptOutType="HELP")
    assert answers(database, "help_answer") == []
    hear(database, "STOP", OptOutType="STOP")
    hear(database, "HELP")
    assert answers(database, "help_answer") == []
