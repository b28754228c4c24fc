"""What could not be applied stays visible, and is mended by applying it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.domain.webhooks import inbound
from app.domain.webhooks.receive import apply_again
from app.store.database import Database, Session
from app.store.journal import rows as journal
from app.store.tables import Conversation, FeedEvent, Journal, Message
from tests.support.cast import ACCOUNT, hear, inbound_form, only, rows, take, tell, webhook

Snapshot = dict[str, Any]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Forms can't be applied, as by a mistake of ours; call it to mend that."""

    def fail(session: Session, *_: Any) -> None:
        session.add(Conversation(account_sid=ACCOUNT, contact_id=1, address_id=1, sender="x"))
        raise KeyError("a mistake of ours")

    monkeypatch.setattr(inbound, "apply", fail)
    return monkeypatch.undo


def again(database: Database, row: Journal) -> str:
    def work(session: Session) -> str:
        found = journal.get(session, ACCOUNT, row.id or 0)
        assert found is not None
        return apply_again(session, found)

    return database.write(work)


def everything(database: Database) -> Snapshot:
    return {table.__name__: [row.model_dump() for row in rows(database, table)] for table in (Message, Conversation)}


def test_a_form_that_broke_us_waits_with_its_reason_and_replay_mends_it(
    database: Database, broken: Callable[[], None]
) -> None:
    form = inbound_form(Body="Do you hear me?")
    (received,) = take(database, webhook("inbound", form))
    assert received.quarantined == "error:KeyError"
    row = only(database, Journal)
    assert (row.state, row.reason) == ("quarantined", "error:KeyError")
    assert rows(database, Message) == []
    assert rows(database, Conversation) == []
    assert again(database, row) == "error:KeyError"
    assert only(database, Journal).state == "quarantined"
    broken()
    assert again(database, row) == ""
    mended = only(database, Journal)
    assert (mended.state, mended.reason) == ("applied", "")
    assert mended.applied_at is not None
    message = only(database, Message)
    assert (message.body, message.occurred_at) == ("Do you hear me?", row.occurred_at)


def test_replaying_twice_changes_nothing(database: Database) -> None:
    hear(database, "STOP")
    tell(database, rows(database, Message, direction="inbound")[0].sid, "delivered")
    before, events = everything(database), len(rows(database, FeedEvent))
    for _ in range(2):
        for row in rows(database, Journal):
            assert again(database, row) == ""
    assert everything(database) == before
    assert len(rows(database, FeedEvent)) == events


def test_one_bad_form_does_not_undo_its_neighbours(database: Database) -> None:
    take(database, webhook("inbound", inbound_form()), webhook("inbound", inbound_form(From="nobody")))
    assert sorted(row.state for row in rows(database, Journal)) == ["applied", "quarantined"]
    assert len(rows(database, Message)) == 1
