"""One person behind all their addresses: spellings, ids that Twilio signs, and contacts that are joined."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.domain.actor import Actor
from app.domain.contacts import region
from app.domain.contacts.mobile_spellings import spellings
from app.domain.gate.draft import Draft
from app.domain.people import joins
from app.domain.sending import new_recipient, outbox
from app.store.database import Database
from app.store.tables import Address, Contact, Conversation, Message
from tests.support.cast import ACCOUNT, ADA, KIM, NOOR, SENDER, claimed, hear, only, rows
from tests.support.rewriting import rewrite

OLD, NEW = "whatsapp:+553187650001", "whatsapp:+5531987650001"
TEMPLATE = Draft(content_sid="HX" + "0" * 32)
PAIRS = [
    (OLD, NEW),
    (NEW, OLD),
    ("whatsapp:+5219991234567", "whatsapp:+529991234567"),
    ("whatsapp:+5491123456789", "whatsapp:+541123456789"),
    ("whatsapp:+541123456789", "whatsapp:+5491123456789"),
]


def write_to(database: Database, address: str, draft: Draft = TEMPLATE, by: Actor = KIM) -> str:
    """The rule by which the gate answers a message to an address."""
    asked = database.write(lambda session: new_recipient.enqueue(session, by, address, SENDER, draft, ""))
    return asked.decision.rule


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_both_spellings_are_one_person_in_one_thread(database: Database, first: str, second: str) -> None:
    hear(database, "Hi", From=first)
    hear(database, "STOP", From=second)
    there = only(database, Conversation)
    assert {row.conversation_id for row in rows(database, Message)} == {there.id}
    assert write_to(database, first) == write_to(database, second) == "suppressed"


@pytest.mark.parametrize("landline", ["whatsapp:+553132650001", "whatsapp:+551130001234"])
def test_a_landline_stays_itself(landline: str) -> None:
    assert spellings(landline) == (landline,)


def test_what_is_sent_keeps_the_spelling_that_wrote_last(database: Database) -> None:
    hear(database, "Hi", From=NEW)
    hear(database, "Hi again", From=OLD)
    there = only(database, Conversation).id or 0
    sent = database.write(lambda session: outbox.enqueue_text(session, KIM, there, "Hello", ""))
    assert only(database, Message, id=sent.message_id).to_address == OLD


def test_two_spellings_that_are_heard_at_once_make_one_contact(database: Database) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda number: hear(database, "Hi", From=(OLD, NEW)[number % 2]), range(6)))
    assert only(database, Conversation).unread == 6
    assert {row.contact_id for row in rows(database, Address)} == {only(database, Contact).id}


ID, PARENT, NUMBER = "whatsapp:BR.13490801221", "whatsapp:BR.ENT.77", "whatsapp:+5511912345678"


def test_a_number_and_an_id_that_twilio_signs_together_are_linked_for_good(database: Database) -> None:
    hear(database, "STOP", From=NUMBER, ExternalUserId=ID, ParentExternalUserId=PARENT)
    hear(database, "Hi", From=ID, ExternalUserId=ID)
    assert only(database, Conversation).unread == 2
    assert {write_to(database, address) for address in (NUMBER, ID, PARENT)} == {"suppressed"}


def test_an_id_that_came_first_and_its_number_later_become_one(database: Database) -> None:
    hear(database, "STOP", From=ID, ExternalUserId=ID)
    hear(database, "Hi", From=NUMBER)
    assert len(rows(database, Conversation)) == 2
    hear(database, "Me again", From=NUMBER, ExternalUserId=ID)
    kept = only(database, Conversation, state="open")
    assert kept.unread == 3
    assert {row.conversation_id for row in rows(database, Message, direction="inbound")} == {kept.id}
    assert {row.contact_id for row in rows(database, Address)} == {kept.contact_id}
    assert len({row.identity for row in rows(database, Address)}) == 1
    assert write_to(database, NUMBER) == "suppressed"


def two_contacts(database: Database) -> tuple[int, int]:
    hear(database, "Hi", From=NUMBER)
    hear(database, "STOP", From=NOOR)
    one, other = (row.id or 0 for row in rows(database, Contact))
    return one, other


def test_contacts_that_an_agent_joins_share_the_opt_out_and_part_again(database: Database) -> None:
    kept, joined = two_contacts(database)
    before = [(row.unread, row.state, row.contact_id) for row in rows(database, Conversation)]
    join = database.write(lambda session: joins.join(session, KIM, kept, joined))
    assert write_to(database, NUMBER) == "suppressed"
    assert only(database, Conversation, state="open").unread == 2
    hear(database, "Written in between", From=NOOR)
    database.write(lambda session: joins.take_back(session, KIM, join))
    mine, theirs = rows(database, Conversation)
    assert [(row.unread, row.state, row.contact_id) for row in (mine, theirs)] == [before[0], (2, *before[1][1:])]
    assert [row.body for row in rows(database, Message, conversation_id=theirs.id, direction="inbound")] == [
        "STOP",
        "Written in between",
    ]
    assert write_to(database, NUMBER) == "ok"
    assert write_to(database, NOOR) == "suppressed"


@pytest.mark.parametrize(("own", "together", "parted"), [("", "DE", ""), ("FR", "FR", "FR")])
def test_a_region_that_was_set_holds_for_both_until_they_part(
    database: Database, own: str, together: str, parted: str
) -> None:
    kept, joined = two_contacts(database)
    database.write(lambda session: region.choose(session, ADA, joined, "DE"))
    database.write(lambda session: region.choose(session, ADA, kept, own))
    join = database.write(lambda session: joins.join(session, KIM, kept, joined))
    assert only(database, Contact, id=kept).region == together
    database.write(lambda session: joins.take_back(session, KIM, join))
    assert (only(database, Contact, id=kept).region, only(database, Contact, id=joined).region) == (parted, "DE")


def test_a_contact_is_not_joined_with_itself_nor_parted_twice(database: Database) -> None:
    kept, joined = two_contacts(database)
    with pytest.raises(joins.NotJoined, match="join_with_itself"):
        database.write(lambda session: joins.join(session, KIM, kept, kept))
    join = database.write(lambda session: joins.join(session, ADA, kept, joined))
    with pytest.raises(joins.NotJoined, match="join_with_itself"):
        database.write(lambda session: joins.join(session, KIM, joined, kept))
    database.write(lambda session: joins.take_back(session, KIM, join))
    with pytest.raises(joins.NotJoined, match="join_unknown"):
        database.write(lambda session: joins.take_back(session, KIM, join))


def test_one_send_is_open_for_a_person_whatever_the_spelling(database: Database) -> None:
    hear(database, "Hi", From=NEW)
    there = only(database, Conversation).id or 0
    first = database.write(lambda session: outbox.enqueue_text(session, KIM, there, "One", ""))
    hear(database, "Hi", From=OLD)
    database.write(lambda session: outbox.enqueue_text(session, KIM, there, "Two", ""))
    assert [outgoing.message_id for outgoing in claimed(database)] == [first.message_id]


def test_contacts_that_were_made_of_two_spellings_are_united_by_the_clock(database: Database) -> None:
    hear(database, "Hi", From=NUMBER)
    hear(database, "STOP", From=NOOR)
    one, other = rows(database, Address)[0], rows(database, Address, address=NOOR)[0]
    rewrite(database, other, identity=one.identity)
    assert joins.unite_spellings(database, ACCOUNT) == 1
    assert {row.contact_id for row in rows(database, Address)} == {one.contact_id}
    assert joins.unite_spellings(database, ACCOUNT) == 0
