"""What may be done about a message: one table, whichever door asks."""

from __future__ import annotations

import pytest

from app.domain.error_codes import catalogue
from app.domain.failures import offer_contexts, offers
from app.domain.sending import resend
from app.store.database import Database
from app.store.tables import Conversation, Message
from tests.support.cast import ACCOUNT, KIM, NOOR, again, ago, hear, only, opt_in
from tests.support.outcomes import accepted, unconfirmed, undelivered
from tests.support.rewriting import rewrite
from tests.support.templates import template

BERLIN = "whatsapp:+4930123456"


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


@pytest.mark.parametrize(
    ("stands", "left"),
    [
        # 63033 ends marketing alone.
        ("withdrawn", ("template",)),
        ("nothing", ("template",)),
        ("given", ("template", "send_again")),
    ],
)
def test_what_the_gate_would_refuse_is_not_offered(database: Database, stands: str, left: tuple[str, ...]) -> None:
    sid = template(database, category="MARKETING").sid
    hear(database, "Hello", From=BERLIN)
    message = undelivered(database, "63016", customer=BERLIN)
    rewrite(database, message, content_sid=sid, content_variables={"1": "Ava", "2": "bike"}, body="Hi Ava")
    if stands != "nothing":
        opt_in(database, BERLIN, "marketing", at=ago(days=2))
    if stands == "withdrawn":
        undelivered(database, "63033", customer=BERLIN)
    assert offered(database, again(database, message)) == left
    asked = database.write(lambda session: resend.send_again(session, KIM, message.id or 0))
    assert asked.decision.allowed == ("send_again" in left), asked.decision


def test_to_whom_a_message_is_an_answer_an_opt_out_of_marketing_alone_is_no_bar(database: Database) -> None:
    hear(database, "Hello", From=BERLIN)
    message = undelivered(database, "63009", customer=BERLIN)
    undelivered(database, "63033", customer=BERLIN)
    assert offered(database, message) == ("send_again",)


def test_a_paused_template_is_not_sent_again_and_another_may_go(database: Database) -> None:
    sid = template(database, status="paused").sid
    message = undelivered(database, "63016")
    rewrite(database, message, content_sid=sid, content_variables={"1": "Ava", "2": "bike"})
    assert offered(database, again(database, message)) == ("template",)
