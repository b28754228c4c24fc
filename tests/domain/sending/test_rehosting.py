"""Somebody else's file is brought here, and the message carries ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.failures import offers
from app.domain.failures.offers import OfferContext
from app.domain.gate.decision import Decision
from app.domain.gate.draft import Draft
from app.domain.media.preflight import Found
from app.domain.sending import outbox, rehosting
from app.domain.sending.outbox import Enqueued
from app.domain.sending.preflight_runner import PreflightRunner
from app.gateways.media_store import Folder
from app.gateways.public_url import PublicUrl
from app.settings import Settings
from app.store.database import Database
from app.store.tables import HostedFile, MediaCheck, Message
from harness.waiting import until
from tests.gateways.listener import Listener, answering, served
from tests.support.cast import ACCOUNT, KIM, again, conversation_with, only, rows
from tests.support.hosted import picture
from tests.support.rewriting import rewrite


def asked(database: Database, url: str) -> Message:
    there = conversation_with(database).id or 0
    draft = Draft(body="Here", media_urls=(url,))
    found = database.write(lambda session: outbox.enqueue(session, KIM, there, draft, ""))
    return only(database, Message, id=found.message_id)


@pytest.fixture
def settings(make_settings: Callable[..., Settings]) -> Settings:
    """Settings of our account that re-host."""
    return make_settings(TWILIO_ACCOUNT_SID=ACCOUNT, MEDIA_URLS="rehost")


def test_the_message_carries_our_copy(database: Database, settings: Settings, tmp_path: Path) -> None:
    store = Folder(tmp_path)
    runner = PreflightRunner(settings, database, store, PublicUrl(allowed=["127.0.0.1/32"]))
    with Listener(answering(served(picture()))) as listener:
        message = asked(database, f"{listener.url}/files/Wheel%20one.png?signed=1")
        runner.look()
        until(lambda: rows(database, HostedFile))
        runner.finish()
    file = only(database, HostedFile)
    carries = again(database, message)
    assert (carries.media_urls, carries.hosted_file_id) == ([f"hosted:{file.id}"], file.id)
    assert (file.name.rpartition(".")[2], store.read(ACCOUNT, file.key)) == ("png", picture())
    assert file.used_at is not None
    assert rows(database, MediaCheck) == []


def test_what_cant_be_had_holds_the_message(database: Database, settings: Settings, tmp_path: Path) -> None:
    store = Folder(tmp_path)
    runner = PreflightRunner(settings, database, store, PublicUrl(allowed=["127.0.0.1/32"]))
    with Listener(answering(served(b"<html>log in", "text/html"))) as listener:
        message = asked(database, f"{listener.url}/wheel.png")
        runner.look()
        until(lambda: rows(database, MediaCheck))
    runner.look()
    runner.finish()
    check = only(database, MediaCheck)
    assert Found(check.failure, check.seen) == Found("type_not_accepted", "text/html")
    assert (again(database, message).state, rows(database, HostedFile), store.keys(ACCOUNT, "")) == ("held", [], [])


def resent(database: Database, folder: Path, message: Message) -> tuple[Found, Enqueued | None]:
    asked = PublicUrl(allowed=["127.0.0.1/32"])
    return rehosting.resend_ours(database, Folder(folder), asked, KIM, message.id or 0, 16 * 1024 * 1024)


def test_a_message_that_failed_is_sent_again_with_our_copies_once(database: Database, tmp_path: Path) -> None:
    with Listener(answering(served(picture()))) as listener:
        message = asked(database, f"{listener.url}/wheel.png")
        assert resent(database, tmp_path, message)[1] == Enqueued(None, Decision(False, "not_to_be_sent_again"))
        rewrite(database, message, state="failed", error_code="63019")
        assert "rehost" in offers.on_one(again(database, message), OfferContext())
        found, new = resent(database, tmp_path, message)
        _, repeated = resent(database, tmp_path, message)
    file = only(database, HostedFile)
    assert found == Found()
    assert new is not None
    assert repeated is not None
    assert (repeated.message_id, repeated.repeated) == (new.message_id, True)
    following = only(database, Message, id=new.message_id)
    assert (following.media_urls, following.hosted_file_id, following.body) == ([f"hosted:{file.id}"], file.id, "Here")
    rewrite(database, following, state="failed", error_code="63019")
    assert "rehost" not in offers.on_one(again(database, following), OfferContext())


def test_what_cant_be_brought_here_is_not_sent_again(database: Database, tmp_path: Path) -> None:
    with Listener(answering(served(b"<html>log in", "text/html"))) as listener:
        message = asked(database, f"{listener.url}/wheel.png")
        rewrite(database, message, state="failed", error_code="63019")
        assert resent(database, tmp_path, message) == (Found("type_not_accepted", "text/html"), None)
    assert (len(rows(database, Message, direction="outbound")), rows(database, HostedFile)) == (1, [])
