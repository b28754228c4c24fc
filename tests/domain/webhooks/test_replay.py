"""A replay applies again what is stored: it mends what is wrong, leaves what is right, and says what it did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel, col

from app.domain.access import NotAllowed
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.webhooks import message_kinds
from app.domain.webhooks.replay import Replayed, replay
from app.domain.webhooks.webhook import Webhook
from app.store.database import Database
from app.store.journal import rows as journal
from app.store.tables import (
    Address,
    Audit,
    ConsentRecord,
    Contact,
    Conversation,
    FeedEvent,
    InboundMedia,
    Journal,
    Message,
    StatusEvent,
)
from tests.support.cast import (
    ACCOUNT,
    ADA,
    KIM,
    OTTO,
    STRANGER,
    again,
    hear,
    inbound_form,
    new_sid,
    only,
    rows,
    take,
    tell,
    webhook,
)
from tests.support.outcomes import accepted
from tests.support.rewriting import rewrite

EVERYTHING: tuple[type[SQLModel], ...] = (
    Message,
    Contact,
    Address,
    Conversation,
    ConsentRecord,
    InboundMedia,
    StatusEvent,
    FeedEvent,
)


def numbers(database: Database) -> list[int]:
    return [row.id or 0 for row in rows(database, Journal)]


def everything(database: Database) -> list[dict[str, Any]]:
    """All that a form can change."""
    return [row.model_dump() for table in EVERYTHING for row in rows(database, table)]


def nobody_knew(_: Webhook) -> str:
    """As a version of ours that stumbles over such a form."""
    raise KeyError("a kind nobody knew of")


def lose_statuses(database: Database, sid: str) -> None:
    where = (col(StatusEvent.account_sid) == ACCOUNT, col(StatusEvent.sid) == sid)
    database.write(lambda session: session.execute(sa.delete(StatusEvent).where(*where)))


def test_what_is_right_stays_as_it_is(database: Database) -> None:
    message = accepted(database)
    tell(database, message.sid, "delivered")
    tell(database, message.sid, "sent")
    tell(database, new_sid(), "read")
    hear(database, NumMedia="1", MediaUrl0="https://api.twilio.com/x", MediaContentType0="image/png")
    hear(database, "STOP")
    hear(database, "START")
    rewrite(database, only(database, Conversation), unread=0, state="closed")
    before = everything(database)
    assert {one.changed for one in replay(database, ADA, numbers(database))} == {0}
    assert {one.changed for one in replay(database, ADA, numbers(database)[::-1])} == {0}
    assert everything(database) == before


def test_an_old_form_does_not_bring_an_old_name_back(database: Database) -> None:
    hear(database, ProfileName="Ava before the wedding")
    hear(database, ProfileName="Ava after it")
    replay(database, ADA, numbers(database)[:1])
    assert only(database, Contact).profile_name == "Ava after it"


def test_a_message_heard_of_late_does_not_bring_an_old_name_back(database: Database) -> None:
    hear(database, ProfileName="Ava after it")
    hear(database, ProfileName="Ava before the wedding", at=now() - timedelta(hours=2))
    assert only(database, Contact).profile_name == "Ava after it"
    hear(database, ProfileName="Ava again")
    assert only(database, Contact).profile_name == "Ava again"


def test_a_lost_status_comes_back_and_is_counted(database: Database) -> None:
    message = accepted(database)
    tell(database, message.sid, "delivered")
    lose_statuses(database, message.sid)
    rewrite(database, message, status="sent")
    (number,) = [row.id or 0 for row in rows(database, Journal, kind="status")]
    # The status as it is shown, and the event.
    assert replay(database, ADA, [number]) == [Replayed(number, message.sid, "status", 2, "")]
    assert again(database, message).status == "delivered"
    assert replay(database, ADA, [number])[0].changed == 0


def test_what_waited_in_quarantine_is_applied(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    form = inbound_form(Body="Hello")
    with monkeypatch.context() as older_version:
        older_version.setattr(message_kinds, "kind_of", nobody_knew)
        (received,) = take(database, webhook("inbound", form))
    assert received.quarantined == "error:KeyError"
    assert rows(database, Message) == []
    (done,) = replay(database, ADA, numbers(database))
    assert (done.changed, done.reason) == (2, "")
    row = only(database, Journal)
    assert (row.state, row.reason, row.applied_at is not None) == ("applied", "", True)
    message = only(database, Message)
    assert (message.body, message.occurred_at, message.origin) == ("Hello", row.occurred_at, "")
    assert only(database, Conversation).unread == 1


def test_what_still_is_not_understood_stays_in_quarantine(database: Database) -> None:
    take(database, webhook("inbound", inbound_form(From="nobody")))
    (done,) = replay(database, ADA, numbers(database))
    assert (done.changed, done.reason) == (0, "from_invalid")
    assert (only(database, Journal).state, only(database, Journal).reason) == ("quarantined", "from_invalid")


def test_what_can_not_be_applied_any_more_is_said_to_be_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    hear(database)
    monkeypatch.setattr(message_kinds, "kind_of", nobody_knew)
    lost = only(database, Message)
    rewrite(database, lost, sid=new_sid())
    (done,) = replay(database, ADA, numbers(database))
    assert done.reason == "error:KeyError"
    assert only(database, Journal).state == "quarantined"


def test_a_form_that_was_purged_says_so_and_nothing_is_done(database: Database) -> None:
    message = hear(database)
    rewrite(database, only(database, Journal), form="")
    before = everything(database)
    (number,) = numbers(database)
    assert replay(database, ADA, [number]) == [
        Replayed(number, message.sid, "inbound", 0, "raw_form_purged", purged=True)
    ]
    assert everything(database) == before
    assert rows(database, Audit) == []


def test_each_that_is_asked_for_is_replayed_in_that_order(database: Database) -> None:
    for body in ("one", "two", "three"):
        hear(database, body)
    first, second, third = numbers(database)
    assert [one.journal_id for one in replay(database, ADA, [third, first])] == [third, first]
    assert [one.journal_id for one in replay(database, ADA, [second, 10**9])] == [second]
    assert replay(database, ADA, []) == []


def test_the_forms_of_a_message_are_found_by_its_sid(database: Database) -> None:
    message = accepted(database)
    for status in ("sent", "delivered"):
        tell(database, message.sid, status)
    tell(database, new_sid(), "sent")
    found = database.read(lambda session: journal.of_sid(session, ACCOUNT, message.sid))
    assert found == [row.id for row in rows(database, Journal, sid=message.sid)]
    assert len(found) == 2


def test_the_forms_of_a_span_are_those_from_its_begin_up_to_its_end(database: Database) -> None:
    at, hour = now() - timedelta(days=2), timedelta(hours=1)
    for passed in range(4):
        hear(database, at=at + passed * hour)
    found = database.read(lambda session: journal.between(session, ACCOUNT, at + hour, at + 3 * hour))
    assert found == numbers(database)[1:3]


def test_who_replayed_what_is_written_down(database: Database) -> None:
    message = accepted(database)
    tell(database, message.sid, "delivered")
    lose_statuses(database, message.sid)
    (number,) = [row.id or 0 for row in rows(database, Journal, kind="status")]
    replay(database, ADA, [number])
    audited = only(database, Audit, verb="journal.replay")
    assert (audited.actor_kind, audited.actor_name) == ("agent", "Ada")
    assert (audited.subject_kind, audited.subject_id) == ("journal", str(number))
    assert audited.detail == {"changed": 1, "reason": ""}


@pytest.mark.parametrize("by", [KIM, OTTO, Actor("token", ACCOUNT)], ids=["agent", "auditor", "token"])
def test_only_an_admin_may(database: Database, by: Actor) -> None:
    take(database, webhook("inbound", inbound_form()))
    with pytest.raises(NotAllowed):
        replay(database, by, numbers(database))
    assert rows(database, Audit) == []


def test_another_accounts_forms_are_none_of_ours(database: Database) -> None:
    hear(database)
    before = everything(database)
    assert replay(database, STRANGER, numbers(database)) == []
    assert everything(database) == before
