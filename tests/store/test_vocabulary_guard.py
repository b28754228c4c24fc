"""The guard that watches which words are written."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import StatementError

from app.domain.clock import now
from app.store.database import Database
from app.store.feed import events as feed
from app.store.messages import rows as messages
from tests.support.cast import ACCOUNT, hear
from tests.support.vocabulary_guard import VocabularyGuard, WordNotListed


def test_a_word_that_is_not_listed_fails(database: Database, vocabulary_guard: VocabularyGuard) -> None:
    message = hear(database)
    number = message.id or 0

    def write(**values: Any) -> None:
        database.write(lambda session: messages.update(session, ACCOUNT, number, **values))

    write(state="received", reason="gave_up")
    for values in ({"state": "lost"}, {"reason": "somehow"}, {"origin": "the moon"}):
        with pytest.raises((WordNotListed, StatementError)):
            write(**values)
    assert len(set(vocabulary_guard.complaints)) == 3
    vocabulary_guard.complaints.clear()


def test_a_feed_word_belongs_to_its_kind(database: Database, vocabulary_guard: VocabularyGuard) -> None:
    hear(database)
    database.write(lambda session: feed.append(session, ACCOUNT, "sender", now(), word="resumed"))
    with pytest.raises((WordNotListed, StatementError)):
        database.write(lambda session: feed.append(session, ACCOUNT, "sender", now(), word="assigned"))
    assert len(set(vocabulary_guard.complaints)) == 1
    vocabulary_guard.complaints.clear()
