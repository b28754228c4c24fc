"""Which way a first message goes: where they wrote, their country's service, the default one, our own number."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.domain.gate.draft import Draft
from app.domain.sending import new_recipient, outbox, routing
from app.domain.sending.routing import Routing
from app.domain.sending.routing_file import RoutingFile
from app.store.database import Database
from app.store.tables import Message
from tests.support.cast import ACCOUNT, AVA, KIM, SENDER, claimed, conversation_with, hear, only, opt_in

UK, US, REST = "MG" + "b" * 32, "MG" + "d" * 32, "MG" + "c" * 32
LONDON, LYON, BOSTON = "whatsapp:+442079460018", "whatsapp:+33612345678", "whatsapp:+16175550123"
OUR_US = "whatsapp:+16175550199"
ROUTES = RoutingFile(by_country={"GB": UK, "US": US}, default_messaging_service_sid=REST, senders={US: OUR_US})
TEMPLATE = Draft(content_sid="HX" + "1" * 32)


@pytest.fixture(autouse=True)
def _routes() -> Iterator[None]:
    with routing.under(Routing(ROUTES, SENDER)):
        yield


def begin(database: Database, to: str, sender: str = "") -> Message:
    """Kim begins a conversation with a template."""
    opt_in(database, to)
    asked = database.write(lambda session: new_recipient.enqueue(session, KIM, to, sender, TEMPLATE, ""))
    return only(database, Message, id=asked.message_id)


@pytest.mark.parametrize(
    ("to", "service", "shown", "sent_from"),
    [(LONDON, UK, SENDER, ""), (BOSTON, US, OUR_US, OUR_US), (LYON, REST, SENDER, "")],
)
def test_a_first_message_goes_by_the_country(
    database: Database, to: str, service: str, shown: str, sent_from: str
) -> None:
    message = begin(database, to)
    assert (message.from_address, message.messaging_service_sid) == (shown, service)
    (outgoing,) = claimed(database, sender=shown)
    assert (outgoing.sender, outgoing.messaging_service_sid) == (sent_from, service)


def test_who_wrote_is_answered_by_the_number_that_they_wrote_to(database: Database) -> None:
    hear(database, From=BOSTON)
    message = begin(database, BOSTON)
    assert (message.from_address, message.messaging_service_sid, message.details) == (SENDER, "", {})


def test_a_number_that_somebody_chose_stays(database: Database) -> None:
    message = begin(database, BOSTON, SENDER)
    assert (message.from_address, message.messaging_service_sid) == (SENDER, "")


def test_the_next_message_goes_the_same_way_until_they_write(database: Database) -> None:
    first = begin(database, LONDON)
    database.write(lambda session: outbox.enqueue(session, KIM, first.conversation_id, TEMPLATE, "next"))
    second = only(database, Message, request_key="next")
    assert (second.messaging_service_sid, second.details) == (UK, {"sender_open": True})
    hear(database, From=LONDON)
    database.write(lambda session: outbox.enqueue(session, KIM, first.conversation_id, TEMPLATE, "after"))
    after = only(database, Message, request_key="after")
    assert (after.messaging_service_sid, after.details) == ("", {})


def test_without_routes_all_is_as_it_was(database: Database) -> None:
    with routing.under(Routing()):
        hear(database)
        conversation = conversation_with(database)
        database.write(lambda session: outbox.enqueue(session, KIM, conversation.id or 0, TEMPLATE, "plain"))
        message = only(database, Message, request_key="plain")
        assert (message.from_address, message.messaging_service_sid, message.details) == (SENDER, "", {})
        assert database.read(lambda session: routing.way_to(session, ACCOUNT, AVA)).why == "wrote_to"
