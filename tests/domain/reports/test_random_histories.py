"""Over random histories a report says what a plain recount of the rows says."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.domain.reports import performance
from app.domain.reports.performance import Line
from app.store.database import Database, Session
from app.store.inserts import insert_many
from app.store.tables import Address, ConsentImport, ConsentRecord, Contact, Conversation, Message
from tests.support.cast import ACCOUNT, KIM, conversation_with, rows

BERLIN = ZoneInfo("Europe/Berlin")
# The night between has 23 hours.
DAYS = [date(2026, 3, 27) + timedelta(days=day) for day in range(4)]
BEGIN = datetime(2026, 3, 26, 20, tzinfo=UTC)
HOUR, A_DAY = timedelta(hours=1), timedelta(hours=24)
CUSTOMERS = ("whatsapp:+14155550123", "whatsapp:+447400123456", "whatsapp:+4915112345678")
OTHER_SENDER = "whatsapp:+14155238887"
TEMPLATES = ("HX" + "a" * 32, "HX" + "b" * 32)
ENDS = (("accepted", "read"), ("accepted", "delivered"), ("accepted", "sent"), ("accepted", ""), ("accepted", "failed"),
        ("accepted", "undelivered"), ("failed", ""), ("ready", ""), ("blocked", ""))  # fmt: skip

Key = tuple[date, str, str, str]


@pytest.mark.parametrize("seed", range(3))
def test_a_report_is_a_plain_recount(database: Database, seed: int) -> None:
    chance = random.Random(seed)
    people = _people(database)
    database.write(lambda session: _history(session, chance, people))
    found = database.read(lambda session: performance.lines(session, KIM, DAYS, BERLIN))
    assert _by_key(found) == _recount(database)
    assert all(performance.total(found).numbers), "a history in which nothing of a kind happens shows nothing of it"


def _people(database: Database) -> Sequence[Conversation]:
    """Three people, one of whom has a second address and talks to two senders of ours."""
    first = [conversation_with(database, customer) for customer in CUSTOMERS][0]
    own = {"account_sid": ACCOUNT, "contact_id": first.contact_id}
    address = {**own, "address": "whatsapp:US.1", "identity": CUSTOMERS[0], "created_at": BEGIN}
    (address_id,) = database.write(lambda session: insert_many(session, Address, [address]))
    second = {**own, "address_id": address_id, "sender": OTHER_SENDER, "state": "open", "created_at": BEGIN}
    database.write(lambda session: insert_many(session, Conversation, [{**second, "last_message_at": BEGIN}]))
    return rows(database, Conversation)


def _history(session: Session, chance: random.Random, people: Sequence[Conversation]) -> None:
    """By whole hours, so that much falls on the same moment and much is a day apart to the second."""
    messages = [_message(chance, one) for one in chance.choices(people, k=chance.choice((60, 400)))]
    insert_many(session, Message, messages)
    states = ("applied", "staged", "taken_back")
    imports = [{"account_sid": ACCOUNT, "name": one, "state": one, "actor_kind": "agent", "created_at": BEGIN}
               for one in states]  # fmt: skip
    sources = [None, None, *insert_many(session, ConsentImport, imports)]
    made: list[tuple[int, int]] = []
    for number in range(40):
        state = chance.choice(("withdrawn", "refused", "given", "invalidated"))
        corrects, address_id = None, chance.randint(1, 4)
        if state == "invalidated" and made:
            # A correction is of the same address.
            corrects, address_id = chance.choice(made)
        record = _record(number, address_id, state, _moment(chance))
        more = {"supersedes": corrects, "import_id": chance.choice(sources)}
        made += [(one, address_id) for one in insert_many(session, ConsentRecord, [{**record, **more}])]


def _message(chance: random.Random, conversation: Conversation) -> dict[str, Any]:
    kind = chance.choice(("inbound", "text", "template", "template"))
    state, status = ("received", "") if kind == "inbound" else chance.choice(ENDS)
    at = _moment(chance)
    return {
        "account_sid": ACCOUNT,
        "conversation_id": conversation.id,
        "direction": "inbound" if kind == "inbound" else "outbound",
        "kind": "text",
        "from_address": CUSTOMERS[0] if kind == "inbound" else conversation.sender,
        "to_address": conversation.sender if kind == "inbound" else CUSTOMERS[0],
        "content_sid": chance.choice(TEMPLATES) if kind == "template" else "",
        "state": state,
        "status": status,
        "occurred_at": at,
        "recorded_at": at,
    }


def _record(number: int, address_id: int, state: str, at: datetime) -> dict[str, Any]:
    whole = {"account_sid": ACCOUNT, "record_id": f"record-{number}", "evidence_key": f"key-{number}"}
    said = {"purpose": "all", "source": "paper", "expressed_by": "principal", "actor_kind": "agent"}
    return {**whole, **said, "address_id": address_id, "state": state, "occurred_at": at, "recorded_at": at}


def _moment(chance: random.Random) -> datetime:
    return BEGIN + chance.randrange(6 * 24) * HOUR


def _by_key(lines: Sequence[Line]) -> dict[Key, tuple[int, ...]]:
    return {(one.day, one.content_sid, one.country, one.sender): one.counts.numbers for one in lines}


def _recount(database: Database) -> dict[Key, tuple[int, ...]]:
    conversations = {one.id: one for one in rows(database, Conversation)}
    countries = {one.id: one.region or one.country for one in rows(database, Contact)}
    heard = [one for one in rows(database, Message) if one.direction == "inbound"]
    out = list(_opt_outs(database))
    found: dict[Key, Counter[str]] = {}
    for one in rows(database, Message):
        day = one.occurred_at.astimezone(BERLIN).date()
        if not one.content_sid or day not in DAYS:
            continue
        whose = conversations[one.conversation_id]
        key = (day, one.content_sid, countries[whose.contact_id], one.from_address)
        replies = [r.occurred_at for r in heard if r.conversation_id == one.conversation_id]
        leaving = [at for contact_id, at in out if contact_id == whose.contact_id]
        found.setdefault(key, Counter()).update(_became(one, replies, leaving))
    words = ("sent", "delivered", "read", "replied", "opted_out", "failed")
    return {key: tuple(one[word] for word in words) for key, one in found.items()}


def _became(one: Message, replies: Sequence[datetime], leaving: Sequence[datetime]) -> Iterator[str]:
    sent, failed = one.state == "accepted", one.status in ("failed", "undelivered")
    if one.state == "failed" or failed:
        yield "failed"
    if not sent:
        return
    yield "sent"
    if one.status in ("delivered", "read"):
        yield "delivered"
    if one.status == "read":
        yield "read"
    for word, moments in (("replied", replies), ("opted_out", leaving)):
        if not failed and any(one.occurred_at < at <= one.occurred_at + A_DAY for at in moments):
            yield word


def _opt_outs(database: Database) -> Iterator[tuple[int, datetime]]:
    records, people = rows(database, ConsentRecord), {one.id: one.contact_id for one in rows(database, Address)}
    applied = {one.id for one in rows(database, ConsentImport, state="applied")}
    taken_back = {one.supersedes for one in records if one.state == "invalidated"}
    corrected = {one.supersedes for one in records if one.state == "invalidated" and one.id not in taken_back}
    for one in records:
        counts = one.import_id is None or one.import_id in applied
        if one.state in ("withdrawn", "refused") and counts and one.id not in corrected:
            yield people[one.address_id], one.occurred_at
