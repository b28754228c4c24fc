"""`media rehost`: a file at somebody else's URL is brought here, and its message sent again with ours."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from app import media_words
from app.commands import media_rehost
from app.commands.preflight_failures import FAILURES
from app.commands.refusals import REASONS
from app.domain.gate.draft import Draft
from app.domain.sending import outbox
from app.gateways.public_url import PublicUrl
from app.store.database import Database
from app.store.tables import HostedFile, Message
from tests.gateways.listener import Listener, answering, served
from tests.support.cast import KIM, conversation_with, only, rows
from tests.support.hosted import picture
from tests.support.rewriting import rewrite


def test_it_is_brought_here_and_sent_again_once(
    switchboard: Callable[..., Any], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = conversation_with(database).id or 0
    draft = Draft(body="Here", media_urls=("http://127.0.0.1:1/wheel.png",))
    database.write(lambda session: outbox.enqueue(session, KIM, there, draft, ""))
    message = only(database, Message, direction="outbound")
    number = str(message.id)
    done = switchboard("media", "rehost", number)
    assert (done.code, REASONS["not_to_be_sent_again"] in done.err) == (1, True)
    rewrite(database, message, state="failed", error_code="63019")
    done = switchboard("media", "rehost", number)
    assert (done.code, FAILURES["address_not_public"].format(seen="127.0.0.1") in done.err) == (1, True)
    assert "Nothing was sent." in done.err
    assert rows(database, Message, resend_of=message.id) == []
    monkeypatch.setattr(media_rehost, "PublicUrl", partial(PublicUrl, allowed=["127.0.0.1/32"]))
    with Listener(answering(served(picture()))) as listener:
        rewrite(database, message, media_urls=[f"{listener.url}/wheel.png"])
        done = switchboard("media", "rehost", number)
        assert done.code == 0, done.err
        rewrite(database, only(database, Message, resend_of=message.id), state="cancelled", reason="called_off")
        assert switchboard("media", "rehost", number).code == 0
    file, (called_off, new) = rows(database, HostedFile)[-1], rows(database, Message, resend_of=message.id)
    assert (called_off.body, called_off.state) == ("Here", "cancelled")
    assert (new.media_urls, new.body) == ([f"hosted:{file.id}"], "Here")
    assert f"Message {called_off.id} is in the outbox" in done.out
    assert f"sent again before: message {new.id}" in switchboard("media", "rehost", number).out
    done = switchboard("media", "rehost", "99999")
    assert (done.code, "There is no message 99999." in done.err) == (1, True)


def test_it_has_words_for_whatever_a_file_fails_by() -> None:
    assert set(FAILURES) == set(media_words.PREFLIGHT_FAILURES)
