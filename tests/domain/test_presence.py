"""Who has which conversation open: said again and again, over by itself, never an event."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.access import NotAllowed
from app.domain.actor import Actor
from app.domain.agents import people
from app.domain.clock import now
from app.domain.conversations import presence
from app.domain.conversations.changes import ConversationUnknown
from app.store import presence as presence_rows
from app.store.database import Database
from app.store.tables import FeedEvent, Presence
from tests.support.cast import ACCOUNT, ADA, NOOR, STRANGER, STRANGER_ACCOUNT, conversation_with, only, rows
from tests.support.rewriting import rewrite


@pytest.fixture
def kim(database: Database) -> Actor:
    """Somebody with a row of their own."""
    number = database.write(lambda session: people.add(session, ADA, "kim", "Kim Aalto", "agent", ""))
    return Actor("agent", ACCOUNT, "Kim Aalto", number, "agent")


def seen(database: Database, later: timedelta = timedelta(), account_sid: str = ACCOUNT) -> list[tuple[int, str, str]]:
    """Who is seen where, and doing what."""
    found = database.read(lambda session: presence_rows.present(session, account_sid, now() + later))
    return [(one.conversation_id, one.name, one.doing) for one in found]


def test_one_is_seen_until_one_leaves_or_says_nothing_for_a_while(database: Database, kim: Actor) -> None:
    there = conversation_with(database).id or 0
    presence.say(database, kim, there, "looking")
    assert seen(database) == [(there, "Kim Aalto", "looking")]
    presence.say(database, kim, there, "writing")
    assert seen(database) == [(there, "Kim Aalto", "writing")]
    assert seen(database, presence.LASTS) == []
    database.write(lambda session: presence.leave(session, kim, there))
    assert seen(database) == []
    assert rows(database, Presence) == []


def test_what_was_said_a_moment_ago_is_not_written_again(database: Database, kim: Actor) -> None:
    there = conversation_with(database).id or 0
    presence.say(database, kim, there, "looking")
    first = only(database, Presence).until
    presence.say(database, kim, there, "looking")
    assert only(database, Presence).until == first
    rewrite(database, only(database, Presence), until=now() + presence.FRESH)
    presence.say(database, kim, there, "looking")
    assert only(database, Presence).until > first


def test_what_is_over_is_forgotten_when_somebody_comes(database: Database, kim: Actor) -> None:
    ava, noor = conversation_with(database).id or 0, conversation_with(database, NOOR).id or 0
    presence.say(database, kim, ava, "writing")
    rewrite(database, only(database, Presence), until=now())
    presence.say(database, kim, noor, "looking")
    assert [row.conversation_id for row in rows(database, Presence)] == [noor]


def test_it_is_no_event(database: Database, kim: Actor) -> None:
    there = conversation_with(database).id or 0
    before = len(rows(database, FeedEvent))
    presence.say(database, kim, there, "writing")
    database.write(lambda session: presence.leave(session, kim, there))
    assert len(rows(database, FeedEvent)) == before


def test_nobody_is_seen_in_or_from_another_account(database: Database, kim: Actor) -> None:
    there = conversation_with(database).id or 0
    with pytest.raises(ConversationUnknown):
        presence.say(database, STRANGER, there, "looking")
    presence.say(database, kim, there, "looking")
    assert seen(database, account_sid=STRANGER_ACCOUNT) == []
    with pytest.raises(NotAllowed):
        presence.say(database, Actor("agent", ACCOUNT, "Nobody", 99), there, "looking")
