"""Somebody else's file is brought here, and the message carries ours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.gate.draft import Draft
from app.domain.media.preflight import Found
from app.domain.sending import outbox
from app.domain.sending.preflight_runner import PreflightRunner
from app.gateways.media_store import Folder
from app.gateways.public_url import PublicUrl
from app.settings import Settings
from app.store.database import Database
from app.store.tables import HostedFile, MediaCheck, Message
from harness.waiting import until
from tests.gateways.listener import Listener, answering
from tests.support.cast import ACCOUNT, KIM, again, conversation_with, only, rows
from tests.support.hosted import picture

HEAD = "HTTP/1.1 200 OK\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n"


def served(content: bytes, content_type: str = "image/png") -> bytes:
    return HEAD.format(content_type, len(content)).encode() + content


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
