"""The button that brings somebody else's file here, and sends its message again with ours."""

from __future__ import annotations

from dataclasses import replace

from app.domain.gate.draft import Draft
from app.domain.sending import outbox
from app.gateways.public_url import PublicUrl
from app.store.tables import HostedFile, Message
from tests.gateways.listener import Listener, answering, served
from tests.support.cast import KIM, conversation_with, only, rows
from tests.support.hosted import picture
from tests.support.office import Office
from tests.support.rewriting import rewrite


def test_somebody_elses_file_is_brought_here_and_sent_again(office: Office) -> None:
    database, kim, extensions = office.database, office.browser("kim"), office.application.extensions
    extensions["services"] = replace(extensions["services"], public_url=PublicUrl(allowed=["127.0.0.1/32"]))
    draft = Draft(body="Here", media_urls=("http://127.0.0.1:1/wheel.png",))
    there = conversation_with(database).id or 0
    database.write(lambda session: outbox.enqueue(session, KIM, there, draft, ""))
    message = only(database, Message, direction="outbound")
    rewrite(database, message, state="failed", error_code="63019")
    assert "Re-host and resend" in kim.get(f"/conversations/{there}").text
    refused = kim.htmx("POST", f"/messages/{message.id}/rehost")
    assert "Nobody answers at the file&#39;s URL." in refused.text
    assert "Nothing was sent." in refused.text
    with Listener(answering(served(picture()))) as listener:
        rewrite(database, message, media_urls=[f"{listener.url}/wheel.png"])
        assert kim.post(f"/messages/{message.id}/rehost").status_code == 303
    file = only(database, HostedFile)
    assert [row.media_urls for row in rows(database, Message, resend_of=message.id)] == [[f"hosted:{file.id}"]]
