"""What has had its time is deleted, what is still needed stays, from anywhere again after a kill, and one at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.consent import sheet
from app.domain.consent.checkpoints import signer
from app.domain.media import arrivals
from app.domain.media.store import media_store_for
from app.domain.retention import kinds, run
from app.domain.retention.plan import plan
from app.domain.retention.run import Retention
from app.domain.sending import resend
from app.settings import Settings
from app.store import leases
from app.store.conversations import search
from app.store.database import Database
from app.store.tables import (
    ApiAnswer,
    ApiToken,
    Attempt,
    ConsentRecord,
    Contact,
    FeedEvent,
    InboundMedia,
    Journal,
    Message,
    RetentionRun,
    RetentionWait,
)
from tests.support.cast import ACCOUNT, KIM, again, asked_message, claimed, hear, only, rows
from tests.support.rewriting import rewrite

OLD = timedelta(days=91)
_TIMES = ("recorded_at", "next_try_at", "created_at", "began_at", "ended_at")


def age(database: Database, *tables: type[Any], by: timedelta = OLD) -> None:
    """As if all rows of these tables were recorded that long ago."""
    for table in tables:
        for row in rows(database, table):
            rewrite(database, row, **{name: now() - by for name in _TIMES if getattr(row, name, None)})


Retain = Callable[[], dict[str, Any]]


def test_an_old_text_is_gone_and_its_message_stays(database: Database, retain: Retain, settings: Settings) -> None:
    message = hear(database, "My secret heron", ButtonText="heron", ButtonPayload="heron")
    age(database, Message, Journal)
    young = hear(database, "Today")
    planned = {one.kind: one for one in plan(database, settings, media_store_for(settings, database), now())}
    assert (planned["texts"].count, planned["texts"].oldest) == (1, again(database, message).recorded_at)
    assert again(database, message).body == "My secret heron"
    assert retain()["texts"]["deleted"] == 1
    gone = again(database, message)
    assert (gone.body, gone.details, gone.sid) == ("", {}, message.sid)
    assert gone.text_deleted_at is not None
    assert again(database, young).body == "Today"
    assert not database.read(lambda session: search.look(session, ACCOUNT, "heron").hits)
    assert only(database, Journal, sid=message.sid).form == ""
    assert retain().get("texts", {}).get("deleted", 0) == 0


def test_what_a_consent_record_rests_on_stays_and_the_sheet_lists_what_was_sent(
    database: Database, retain: Retain, settings: Settings
) -> None:
    said, sent = hear(database, "STOP"), asked_message(database, "A heron", customer="whatsapp:+14155550199")
    claimed(database)
    rewrite(database, sent, state="accepted", status="delivered")
    age(database, Message)
    did = retain()["texts"]
    assert did["kept"] == {"consent_evidence": 1, "unfinished": 1}
    assert again(database, said).body == "STOP"
    contact = only(database, Contact, phone="+14155550199").id or 0
    told = sheet.make(database, Actor("agent", ACCOUNT, "Ada", role="admin"), contact, signer(settings))
    assert told is not None
    (listed,) = told["messages"]
    assert (listed["number"], listed["body"], len(listed["attempts"])) == (sent.id, "", 1)
    assert rows(database, ConsentRecord)


def test_a_form_in_quarantine_stays_and_that_of_an_erased_person_is_none(database: Database, retain: Retain) -> None:
    hear(database), hear(database), hear(database)
    for row, state in zip(rows(database, Journal), ("quarantined", "erased", "applied"), strict=True):
        rewrite(database, row, state=state)
    age(database, Journal)
    did = retain()["raw_forms"]
    assert (did["deleted"], did["kept"]) == (1, {"quarantined": 1})


@pytest.mark.parametrize("state", ["held", "ready", "sending", "unconfirmed"])
def test_a_send_that_is_not_over_keeps_its_text_until_it_is(database: Database, retain: Retain, state: str) -> None:
    message = asked_message(database, "A heron")
    rewrite(database, message, state=state)
    age(database, Message)
    for _ in range(2):
        assert retain()["texts"]["kept"] == {"unfinished": 1}
        assert again(database, message).body == "A heron"
    rewrite(database, message, state="failed")
    assert retain()["texts"]["deleted"] == 1
    assert (again(database, message).body, rows(database, RetentionWait)) == ("", [])


def test_a_message_without_its_text_is_not_sent_again(database: Database, retain: Retain) -> None:
    message = asked_message(database, "A heron")
    rewrite(database, message, state="failed", error_code="63016", status="failed")
    age(database, Message)
    retain()
    asked = database.write(lambda session: resend.send_again(session, KIM, message.id or 0))
    assert (asked.message_id, asked.decision.rule) == (None, "text_deleted")


def test_files_events_and_answers_go_each_after_its_time(
    database: Database, retain: Retain, settings: Settings
) -> None:
    store = media_store_for(settings, database)
    hear(database, "", NumMedia="1", MediaUrl0="https://api.twilio.com/x", MediaContentType0="image/png")
    file = only(database, InboundMedia)
    rewrite(database, file, state="fetched", key="in/1-0", size=3, details={"thumbnail": True})
    for key in arrivals.keys_of("in/1-0"):
        store.write(ACCOUNT, key, b"abc")
    database.write(
        lambda session: session.add(
            ApiToken(account_sid=ACCOUNT, name="Shop", scopes=[], token_hash="x", last_signs="x", created_at=now())
        )
    )
    for key in ("a", "b"):
        answer = ApiAnswer(account_sid=ACCOUNT, token_id=1, idempotency_key=key, digest="", answer={}, created_at=now())
        database.write(lambda session, answer=answer: session.add(answer))  # type: ignore[misc]
    events = len(rows(database, FeedEvent))
    age(database, InboundMedia, FeedEvent, ApiAnswer)
    did = retain()
    assert store.keys(ACCOUNT, "in/") == []
    assert (only(database, InboundMedia).state, did["media"]["deleted"]) == ("deleted", 1)
    # The newest of all keeps its number.
    assert len(rows(database, FeedEvent)) == 1
    assert did.get("feed", {"deleted": 0})["deleted"] == events - 1
    assert (did["api_answers"]["deleted"], only(database, ApiAnswer).idempotency_key) == (1, "b")


def test_a_kill_between_two_chunks_loses_nothing_and_the_run_goes_on(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kinds, "CHUNK", 2)
    for _ in range(5):
        hear(database, "A heron")
    age(database, Message)
    store = media_store_for(settings, database)
    killed = Retention(database, settings, store, "worker:one")
    chunks = killed._chunk

    def once(*arguments: Any) -> None:
        if any(not row.body for row in rows(database, Message)):
            raise SystemExit
        chunks(*arguments)

    monkeypatch.setattr(killed, "_chunk", once)
    with pytest.raises(SystemExit):
        killed.run()
    assert sum(not row.body for row in rows(database, Message)) == 2
    other = Retention(database, settings, store, "worker:two")
    assert other.run() is None, "the lease holds"
    database.write(lambda session: leases.give_back(session, "retention", "worker:one", now()))
    assert other.run_where_due(now())
    assert all(not row.body for row in rows(database, Message))
    done = only(database, RetentionRun)
    assert (done.did["texts"]["deleted"], done.ended_at is not None) == (5, True)
    assert not other.run_where_due(now())
    assert other.run_where_due(now() + run.EVERY)


def test_for_ever_means_for_ever(database: Database, make_settings: Callable[..., Settings], tmp_path: Path) -> None:
    forever = make_settings(TWILIO_ACCOUNT_SID=ACCOUNT, MESSAGE_TEXT_DAYS="0", MEDIA_STORE=f"file:{tmp_path / 'media'}")
    message = hear(database, "A heron")
    age(database, Message, by=timedelta(days=4000))
    store = media_store_for(forever, database)
    Retention(database, forever, store, "worker:one").run()
    assert again(database, message).body == "A heron"
    assert next(one for one in plan(database, forever, store, now()) if one.kind == "texts").days == 0


def test_an_old_message_loses_its_address_and_keeps_what_evidence_and_order_need(
    database: Database, retain: Retain
) -> None:
    heard, sent = hear(database, "A heron"), asked_message(database, "Ours", customer="whatsapp:+14155550199")
    said, open_one = hear(database, "STOP"), asked_message(database, "Not over", customer="whatsapp:+14155550198")
    claimed(database)
    attempt = only(database, Attempt, message_id=sent.id)
    rewrite(database, sent, state="accepted", status="failed", error_message="+14155550199 is not on WhatsApp")
    rewrite(database, open_one, state="held")
    age(database, Message, by=timedelta(days=731))
    young = hear(database, "Today")
    assert retain()["addresses"] == {
        # What they wrote before they were answered, too; the answer to STOP is not over.
        "deleted": 4,
        "oldest": again(database, heard).recorded_at.isoformat(),
        "kept": {"consent_evidence": 1, "unfinished": 2},
    }
    gone = again(database, sent)
    assert (gone.to_address, gone.error_message, gone.from_address) == ("", "", sent.from_address)
    assert (gone.status, gone.occurred_at, gone.contact_id) == ("failed", sent.occurred_at, sent.contact_id)
    kept = only(database, Attempt, id=attempt.id)
    assert (kept.to_address, kept.decision, kept.started_at) == ("", attempt.decision, attempt.started_at)
    assert (again(database, heard).from_address, again(database, heard).sid) == ("", heard.sid)
    for whole in (said, open_one, young):
        assert "" not in (again(database, whole).from_address, again(database, whole).to_address)
    # Its sending over at last, it goes as the others did.
    rewrite(database, open_one, state="failed")
    retain()
    assert (again(database, open_one).body, again(database, open_one).to_address) == ("", "")


def test_no_address_goes_before_its_text(make_settings: Callable[..., Settings]) -> None:
    for text, message, kept in ((0, 730, 0), (800, 730, 800), (90, 730, 730), (90, 0, 0)):
        settings = make_settings(MESSAGE_TEXT_DAYS=str(text), MESSAGE_DAYS=str(message))
        assert kinds.days_of(settings, "addresses") == kept
