"""A reply of the demo that waits until its customer answers."""

from __future__ import annotations

from app.domain.contacts.session_window import window
from app.store.tables import Conversation, Message
from tests.demo.conftest import Sample
from tests.support.cast import rows


def test_one_reply_waits_for_an_answer(sample: Sample) -> None:
    (waiting,) = rows(sample.database, Message, reason="waiting_for_answer")
    (there,) = rows(sample.database, Conversation, id=waiting.conversation_id)
    assert waiting.state == "held"
    assert not window(there.last_inbound_at, sample.at).open
