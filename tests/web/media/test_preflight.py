"""A message with a file leaves once the file was had through the public URL, and is held until then."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.domain.clock import now
from app.domain.gate.draft import Draft
from app.domain.sending import outbox, preflight
from app.domain.sending.claims import Claimer, claim
from app.domain.sending.preflight_runner import PreflightRunner
from app.domain.sending.rate_limit import Pace
from app.gateways.public_url import PublicUrl
from app.gateways.twilio.outcomes import Outgoing
from app.settings import Settings
from app.store.tables import Audit, FeedEvent, MediaCheck, MediaFetch, Message
from app.web.shell.services import services
from harness.waiting import until
from tests.gateways.listener import Listener, read_request
from tests.support.cast import ACCOUNT, KIM, SENDER, again, asked_message, conversation_with, only, rows
from tests.support.hosted import with_picture
from tests.support.listening import served
from tests.support.office import Office
from tests.support.rewriting import rewrite

Start = Callable[[str, list[tuple[str, str]]], Any]


class Proxy:
    """What stands in front of the application, and changes answers while it is `broken`."""

    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self._inner = inner
        self.broken = False

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        def begin(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
            return start(status, [(name, "text/plain" if name == "Content-Type" else value) for name, value in headers])

        return self._inner(environ, begin if self.broken else start)


class Place:
    """An application that is served, with the preflight of a worker and its sender."""

    def __init__(self, office: Office, port: int, proxy: Proxy) -> None:
        self.office = office
        self.proxy = proxy
        held = services(office.application)
        base = f"http://127.0.0.1:{port}"
        self.settings: Settings = held.settings.model_copy(update={"public_base_url": base})
        office.application.extensions["services"] = replace(held, settings=self.settings)
        self.runner = PreflightRunner(self.settings, office.database, held.media_store, PublicUrl())

    def message(self, name: str = "wheel.png") -> Message:
        return with_picture(self.office.database, Path(self.settings.media.removeprefix("file:")), name)

    def look(self) -> MediaCheck:
        """Let it look, and wait until what it began is written down."""
        checked = [check.checked_at for check in rows(self.office.database, MediaCheck)]
        self.runner.look()
        until(lambda: [check.checked_at for check in rows(self.office.database, MediaCheck)] != checked)
        return rows(self.office.database, MediaCheck)[-1]

    def claimed(self) -> list[Outgoing]:
        base = self.settings.public_base_url
        claimer = Claimer(
            ACCOUNT, "worker:test", base, Pace(rate=0), media_key=self.settings.secret_key, preflight=True
        )
        return self.office.database.write(lambda session: claim(session, claimer, SENDER, 20))

    def due(self, message: Message) -> None:
        rewrite(self.office.database, again(self.office.database, message), next_attempt_at=now())


@pytest.fixture
def place(office: Office) -> Iterator[Place]:
    """An application behind a proxy."""
    proxy = Proxy(office.application.wsgi_app)
    office.application.wsgi_app = proxy  # type: ignore[method-assign, assignment]
    with served(office.application) as port:
        place = Place(office, port, proxy)
        yield place
        place.runner.finish()


def test_a_message_leaves_once_its_file_was_had_and_what_comes_after_it_waits_in_line(place: Place) -> None:
    database = place.office.database
    message = place.message()
    after = asked_message(database, "And this")
    assert place.claimed() == []
    assert (place.look().state, again(database, message).state) == ("passed", "ready")
    place.due(message)
    (outgoing,) = place.claimed()
    assert outgoing.message_id == message.id
    assert again(database, after).state == "ready"
    # The check is nobody's fetch: it would prove that Twilio has the message.
    assert rows(database, MediaFetch) == []


def test_what_passed_once_is_not_asked_for_again(place: Place) -> None:
    message = place.message()
    checked_at = place.look().checked_at
    place.runner.look()
    place.runner.finish()
    assert only(place.office.database, MediaCheck).checked_at == checked_at
    place.due(message)
    assert len(place.claimed()) == 1


def test_what_fails_is_held_with_the_reason_and_others_go_on(place: Place) -> None:
    database = place.office.database
    message = place.message()
    after = asked_message(database, "And this")
    place.proxy.broken = True
    found = place.look()
    assert (found.failure, found.seen, found.tries) == ("type_wrong", "text/plain", 1)
    place.runner.look()
    assert (again(database, message).state, again(database, message).reason) == ("held", "preflight")
    assert [outgoing.message_id for outgoing in place.claimed()] == [after.id]
    thread = place.office.browser("kim").get(f"/conversations/{message.conversation_id}").text
    assert "wheel.png" in thread
    assert "text/plain" in thread
    assert "Try again" in thread


def test_it_is_released_when_the_check_passes_again(place: Place) -> None:
    database = place.office.database
    message = place.message()
    place.proxy.broken = True
    place.look()
    place.runner.look()
    place.proxy.broken = False
    # Not before its time.
    place.runner.look()
    assert only(database, MediaCheck).state == "failed"
    rewrite(database, only(database, MediaCheck), next_at=now())
    assert place.look().state == "passed"
    place.runner.look()
    assert (again(database, message).state, again(database, message).reason) == ("ready", "")
    assert len(place.claimed()) == 1
    words = [row.word for row in rows(database, FeedEvent) if row.message_id == message.id]
    assert words == ["ready", "held", "ready", "sending"]


def test_somebody_may_try_again_at_once_or_call_it_off(place: Place) -> None:
    database = place.office.database
    message = place.message()
    place.proxy.broken = True
    place.look()
    place.runner.look()
    kim = place.office.browser("kim")
    assert place.office.browser("otto").htmx("POST", f"/messages/{message.id}/try-again").status_code == 403
    kim.get(f"/conversations/{message.conversation_id}")
    assert kim.htmx("POST", f"/messages/{message.id}/try-again").status_code == 200
    assert place.look().failure == "type_wrong"
    assert rows(database, Audit)[-1].verb == "message.try_again"
    assert kim.htmx("POST", f"/messages/{message.id}/call-off").status_code == 200
    assert (again(database, message).state, again(database, message).reason) == ("cancelled", "called_off")
    assert not database.write(lambda session: preflight.try_again(session, KIM, message.id or 0))


def test_a_host_that_refuses_head_is_told_until_the_file_has_arrived(place: Place) -> None:
    database, kim = place.office.database, place.office.browser("kim")

    def get_only(connection: socket.socket) -> None:
        status = "200 OK" if read_request(connection).startswith(b"GET") else "403 Forbidden"
        head = f"HTTP/1.1 {status}\r\nContent-Type: image/png\r\nContent-Length: 3\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode() + (b"abc" if "200" in status else b""))

    place.runner = PreflightRunner(
        place.settings, database, services(place.office.application).media_store, PublicUrl(allowed=["127.0.0.1/32"])
    )
    with Listener(get_only) as listener:
        draft = Draft(body="Here", media_urls=(f"{listener.url}/wheel.png",))
        there = conversation_with(database).id or 0
        asked = database.write(lambda session: outbox.enqueue(session, KIM, there, draft, ""))
        assert (place.look().state, only(database, MediaCheck).warning) == ("passed", "head_refused")
    message = only(database, Message, id=asked.message_id)
    thread = f"/conversations/{message.conversation_id}"
    assert "refuses HEAD. Should WhatsApp refuse it, “Re-host and resend”" in kim.get(thread).text
    assert "refuses HEAD" in kim.htmx("GET", f"/messages/{message.id}/timeline").text
    rewrite(database, again(database, message), state="accepted", status="delivered")
    assert "refuses HEAD" not in kim.get(thread).text


def test_while_the_files_are_away_nothing_is_sent_with_a_dead_url(place: Place) -> None:
    message = place.message()
    folder = Path(place.settings.media.removeprefix("file:"))
    folder.rename(folder.with_name("elsewhere"))
    assert (place.look().failure, place.claimed()) == ("status", [])
    place.runner.look()
    assert again(place.office.database, message).state == "held"
