"""A status about a customer's own message is kept, and changes nothing."""

from __future__ import annotations

from app.store.database import Database
from app.store.tables import Message, StatusEvent
from tests.support.cast import hear, only, tell


def test_a_status_with_an_inbound_sid_leaves_the_message_as_it_is(database: Database) -> None:
    message = hear(database)
    tell(database, message.sid, "delivered")
    again = only(database, Message, sid=message.sid)
    assert (again.state, again.status) == ("received", "received")
    assert only(database, StatusEvent).message_id is None
