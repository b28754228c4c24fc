"""What may be done about a message: one table, whichever door asks."""

from __future__ import annotations

from app.domain.error_codes import catalogue
from app.domain.failures import offer_contexts, offers
from app.store.database import Database
from app.store.tables import Conversation, Message
from tests.support.cast import ACCOUNT, NOOR, ago, hear, only
from tests.support.outcomes import accepted, unconfirmed, undelivered
from tests.support.rewriting import rewrite


def offered(database: Database, message: Message) -> tuple[str, ...]:
    found = database.read(lambda session: offer_contexts.offered(session, ACCOUNT, [message]))
    return found[message.id or 0]


def test_every_action_of_the_catalogue_and_of_our_reasons_is_in_the_table() -> None:
    assert set(catalogue.ACTIONS) <= set(offers.OF_ACTION)
    assert set(offers.ACTION_OF_REASON.values()) <= set(offers.OF_ACTION)


def test_what_failed_offers_what_its_code_asks_for(database: Database) -> None:
    assert offered(database, undelivered(database, "63019")) == ("file", "send_again")


def test_a_closed_window_an_opt_out_and_a_resend_change_what_is_offered(database: Database) -> None:
    message = undelivered(database, "63009")
    assert offered(database, message) == ("send_again",)
    rewrite(database, only(database, Conversation), last_inbound_at=ago(days=2))
    assert offered(database, message) == ("template",)
    hear(database, "STOP")
    assert offered(database, message) == ()


def test_what_is_not_confirmed_waits_for_a_decision_and_what_is_well_for_none(database: Database) -> None:
    assert offered(database, unconfirmed(database)) == offers.NOT_CONFIRMED
    assert offered(database, accepted(database, customer=NOOR)) == ()
