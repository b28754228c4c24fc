"""PostgreSQL, once it has counted the tables: a page reads as many rows as it needs, and not all that there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from app.store.conversations import senders
from app.store.database import Database, Session
from app.store.feed import pages
from app.store.feed.waking import dsn_of
from app.store.inserts import insert_all
from app.store.tables import Address, Contact, Conversation, FeedEvent
from tests.support.cast import ACCOUNT, SENDER, ago
from tests.support.office import Office

PAGES = (
    *(f"/?tab={tab}" for tab in ("mine", "unassigned", "all", "closing", "closed")),
    "/inbox/list?tab=all",
    "/inbox/counts?tab=all",
    "/navigation",
    "/conversations/2000",
    "/feed",
    "/feed?kind=status",
    "/feed?kind=consent",
    "/feed/more?before=5000",
    "/failures",
    "/journal",
    "/messages/new",
    "/consent",
)
# A list shows 50, and looks at some more; counts end at a hundred.
MOST = 600
_SETTINGS = "-c enable_seqscan=off -c jit=off -c max_parallel_workers_per_gather=0"
_PEOPLE, _EVENTS = 12_000, 9000


@pytest.fixture
def past(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Conversations and events, a day between any two, counted; what is bounded by more of them is bounded by less."""
    monkeypatch.setattr(pages, "EVENTS_FILTERED", 100)
    monkeypatch.setattr(senders, "_LOOKED_AT", 100)

    def write(session: Session) -> None:
        numbers, whose = range(1, _PEOPLE + 1), {"account_sid": ACCOUNT}
        insert_all(session, Contact, [{**whose, "name": f"Name {n}", "created_at": ago()} for n in numbers])
        insert_all(session, Address, [{**whose, **_address(n), "created_at": ago()} for n in numbers])
        insert_all(session, Conversation, [{**whose, **_conversation(n), "created_at": ago()} for n in numbers])
        insert_all(session, FeedEvent, [{**whose, **_event(n)} for n in range(_EVENTS)])

    database.write(write)
    database.count_anew((Contact, Address, Conversation, FeedEvent))


def _address(number: int) -> dict[str, Any]:
    address = f"whatsapp:+1415555{number:04d}"
    return {"contact_id": number, "address": address, "identity": address}


def _conversation(number: int) -> dict[str, Any]:
    at = ago(days=number)
    whose = {"contact_id": number, "address_id": number, "sender": SENDER, "state": ("open", "closed")[number % 2]}
    return {**whose, "assigned_agent_id": (1, None)[number % 3 > 0], "last_message_at": at, "last_inbound_at": at}


def _event(number: int) -> dict[str, Any]:
    at = ago(days=_EVENTS - number)
    return {"kind": "inbound", "conversation_id": number % _PEOPLE + 1, "occurred_at": at, "recorded_at": at}


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_page_reads_no_more_than_it_needs(office: Office, past: None) -> None:
    browser, asked = office.browser("ana"), dict[str, Any]()

    def heard(_c: object, _cursor: object, statement: str, values: Any, _context: object, _many: bool) -> None:
        if statement.startswith(("SELECT", "WITH")):
            asked[statement] = values

    sa.event.listen(sa.Engine, "before_cursor_execute", heard)
    try:
        for path in PAGES:
            assert browser.get(path).status_code == 200, path
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", heard)
    assert len(asked) > 20
    with psycopg.connect(dsn_of(office.database.url), options=_SETTINGS) as connection:
        read = {statement: _read(connection, statement, values) for statement, values in asked.items()}
    assert {statement: rows for statement, rows in read.items() if rows > MOST} == {}


def _read(connection: psycopg.Connection[Any], statement: str, values: Any) -> float:
    (((plan,),),) = connection.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}".encode(), values).fetchall()
    return max(_rows(plan["Plan"]))


def _rows(node: dict[str, Any]) -> Iterator[float]:
    """The rows that each step of a plan looks at."""
    yield (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"]
    for child in node.get("Plans", ()):
        yield from _rows(child)
