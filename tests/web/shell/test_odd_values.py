"""Every door by every method, as nobody, as an agent and as an admin, with values that nobody means: never a 5xx.

All values on SQLite. On PostgreSQL those that a database may take in its own way: how a request is read, and what
comes of a value that never gets as far as a database, is the same code before either.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from structlog.testing import capture_logs

from app.domain.agents import password_reset, sessions
from app.domain.agents.sessions import Origin
from app.store import agents
from app.store.database import Session
from app.store.tables import Conversation, InboundMedia, Journal
from app.web.conversations.composer import compose_token
from app.web.shell.public import is_public
from app.web.shell.services import services
from tests.domain.consent.test_opt_in_forms import save
from tests.support.cast import ACCOUNT, AVA, SENDER, hear, inbound_form, only, rows, take, webhook
from tests.support.doors import Door, Doors, Visitor, encoded, odd_fields, odd_headers, odd_together
from tests.support.hosted import claimed_with_key, with_picture
from tests.support.odd_values import AT_THE_DATABASE, ODD
from tests.support.office import Office
from tests.support.outcomes import undelivered
from tests.support.templates import template
from tests.web.media.test_files import fetched

# Doors of every kind: read and write, with a path and without, open and closed.
WITH_EACH_HEADER = {
    ("GET", "/"),
    ("GET", "/login"),
    ("GET", "/files/<int:media_id>/<name>"),
    ("GET", "/media/temp/<token>/<name>"),
    ("GET", "/live/poll"),
    ("GET", "/static/<path:filename>"),
    ("POST", "/conversations/<int:conversation>/read"),
    ("POST", "/twilio/inbound"),
}
# Of the odd values where a door is not knocked at with all of them.
AT_ONE_DOOR = 2
HEADERS_AT_ONE_DOOR = 101
IN_ONE_PLACE = 7
READ_AND_WRITE = ("GET", "POST")
FIELDS = {
    "about": "all",
    "action": "opt-out",
    "agent": "",
    "as": "template",
    "body": "Hello",
    "content_sid": "HX" + "1" * 32,
    "from": SENDER,
    "letters": "on",
    "login": "bea",
    "name": "Bea Lindqvist",
    "new_password": "otter meadow violin",
    "next": "/feed",
    "old_password": "no password of anybody",
    "password": "no password of anybody",
    "proof": "Called at ten",
    "reason": "Another person",
    "record": "1",
    "role": "agent",
    "sender": SENDER,
    "source": "phone",
    "state": "closed",
    "theme": "dark",
    "to": "+442079460018",
    "topics": "inbox,feed",
    "variables": "one",
    "zone": "Europe/Berlin",
}


class Hostile:
    """An office in which there is one of everything, and whoever knocks at its doors."""

    def __init__(self, office: Office) -> None:
        self.office, self.database = office, office.database
        self.doors = Doors(office.application)
        self.places = self._one_of_everything()
        self.failed: list[str] = []
        sqlite = self.database.url.startswith("sqlite")
        self.odd = ODD if sqlite else {what: ODD[what] for what in AT_THE_DATABASE}
        self._in_turn = itertools.cycle(self.odd.items())
        self._headers_in_turn = itertools.cycle(odd_headers())

    def _one_of_everything(self) -> dict[str, str]:
        office, held = self.office, services(self.office.application)
        hear(self.database)
        form_id = save(self.database)
        failed = undelivered(self.database, "63019")
        file = urlsplit(fetched(office, "image/png")).path.split("/")
        with_picture(self.database, Path(held.settings.media.removeprefix("file:")))
        temporary = urlsplit(claimed_with_key(self.database, held.settings.secret_key).media_urls[0]).path
        take(self.database, webhook("inbound", inbound_form(From="nonsense")))
        return {
            "agent_id": str(office.ids["otto"]),
            "attempt": "1",
            "code": "63019",
            "contact": str(rows(self.database, Conversation)[0].contact_id),
            "conversation": str(rows(self.database, Conversation)[0].id),
            "deed": "drop",
            "event": "1",
            "file": "1",
            "file_id": "1",
            "filename": "switchboard.css",
            "form_id": str(form_id),
            "grant": "1",
            "media_id": str(only(self.database, InboundMedia).id),
            "message": str(failed.id),
            "name": file[-1],
            "number": str(rows(self.database, Journal)[-1].id),
            "session_id": "1",
            "slug": "news",
            "template": str(template(self.database).id),
            "token": temporary.split("/")[-2],
        }

    def places_of(self, door: Door) -> dict[str, str]:
        """What is sane in the door's path."""
        if door.rule.endpoint.startswith("login."):
            ana = self.office.actor("ana")
            token = self.database.write(lambda s: password_reset.make_link(s, ana, self.office.ids["otto"]))
            return {"token": token}
        if door.rule.endpoint.startswith("media_temp."):
            return {**self.places, "name": "wheel.png"}
        if door.rule.endpoint.startswith("webhook_addresses."):
            return {**self.places, "door": "status"}
        return self.places

    def visitor(self, login: str) -> Visitor:
        """Somebody with a session that was just begun, and sane fields; '' is nobody."""
        if not login:
            return self.doors.visitor("nobody", "", encoded(**FIELDS))
        who, held = self.office.actor(login), services(self.office.application)

        def begin(session: Session) -> str:
            agent = agents.by_id(session, ACCOUNT, self.office.ids[login])
            assert agent is not None
            return sessions.begin(session, agent, Origin("127.0.0.1", "a browser"))

        token = self.database.write(begin)
        with self.office.application.app_context():
            composing = held.database.read(lambda s: compose_token(s, who, int(self.places["conversation"])))
        fields = encoded(**FIELDS, compose_token=composing)
        return self.doors.visitor(login, token, fields, new_message_to=[AVA, SENDER])

    def ask(self, door: Door, who: Visitor, what: str, path: str, **given: dict[str, str]) -> int:
        """Knock once; a 5xx, and an error that came out, is noted."""
        try:
            status = self.doors.knock(door, who, path, **given)
        except Exception as error:
            self.failed.append(f"{door} as {who.name}, {what}: {type(error).__name__}: {error!s:.200}")
            return 500
        # The house's own 503: a console beyond the cap polls, and there is no worker here.
        if status >= 500 and door.rule.endpoint not in ("live.stream", "healthz.healthz"):
            self.failed.append(f"{door} as {who.name}, {what}: {status}")
        return status

    def thoroughly(self, login: str, door: Door) -> None:
        """Every odd value in each field that it reads; of those in its path and as headers, other ones at each door."""
        who, places = self.visitor(login), self.places_of(door)
        path = door.path(places)
        self.doors.read.clear()
        self.ask(door, who, "sane", path, fields=who.fields)
        for name in door.arguments:
            for what, value in itertools.islice(self._in_turn, IN_ONE_PLACE):
                self.ask(door, who, f"{what} as {name}", door.path({**places, name: value}), fields=who.fields)
        done = self._all_at_once(door, who, path) if door.method == "GET" else set()
        for what, fields in self._odd_in_each_field(who, done):
            if self.ask(door, who, what, path, fields=fields) == 401 and login:
                who = self.visitor(login)
        if (door.method, door.rule.rule) in WITH_EACH_HEADER:
            for what, headers in itertools.islice(self._headers_in_turn, HEADERS_AT_ONE_DOOR):
                self.ask(door, who, what, path, fields=who.fields, headers=headers)

    def _all_at_once(self, door: Door, who: Visitor, path: str) -> set[str]:
        """Odd values in all the fields that a page reads. Returns those that a page was shown for, each time.

        A page takes its filters one by one. One that ends at the first of them, or doesn't come to read another, is
        asked with each alone; so is every form, which is refused for its first fault.
        """
        names, shown = sorted(self.doors.read - {"csrf_token"}), set(self.doors.read)
        for number, fields in enumerate(odd_together(names, who.fields, self.odd)):
            before = set(self.doors.read)
            self.doors.read.clear()
            status = self.ask(door, who, f"odd together, {number}", path, fields=fields)
            shown &= self.doors.read if status == 200 else set()
            self.doors.read |= before
        return shown

    def _odd_in_each_field(self, who: Visitor, done: set[str]) -> Iterator[tuple[str, dict[str, str]]]:
        done = done | {"csrf_token"}
        while names := self.doors.read - done:
            name = min(names)
            done.add(name)
            yield from odd_fields(name, who.fields, self.odd)

    def quickly(self, login: str, door: Door) -> None:
        """A few values in all fields at once, other ones at each door."""
        who, places = self.visitor(login), self.places_of(door)
        for what, value in itertools.islice(self._in_turn, AT_ONE_DOOR):
            self.ask(door, who, f"{what} everywhere", door.path(places), fields=dict.fromkeys(who.fields, value))
            self.ask(door, who, f"{what} in the path", door.path(dict.fromkeys(places, value)), fields=who.fields)

    def look_again(self) -> None:
        """Open every page once more: what was taken in must not make it fail either."""
        ana = self.visitor("ana")
        for door in self.doors.all():
            if door.method == "GET":
                self.ask(door, ana, "afterwards", door.path(self.places_of(door)), fields={})


# Some thousand requests each.
pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def hostile(make_office: Callable[..., Office]) -> Iterator[Hostile]:
    """The office behind a proxy that hides nothing; its errors come out."""
    # Nobody is at home where Twilio would be asked.
    office = make_office(TRUSTED_PROXIES="1", TWILIO_API_BASE_URL="http://127.0.0.1:9").hire("ana", "kim", "otto")
    office.application.config["PROPAGATE_EXCEPTIONS"] = True
    with capture_logs():
        yield Hostile(office)
    office.application.extensions["live"].close()


@pytest.mark.parametrize("login", ["", "kim"])
def test_no_value_makes_a_door_fail(hostile: Hostile, login: str) -> None:
    for door in hostile.doors.all():
        if not login and is_public(door.rule.endpoint) and door.method in READ_AND_WRITE:
            hostile.thoroughly(login, door)
        else:
            hostile.quickly(login, door)
    assert not hostile.failed, "\n".join(hostile.failed)


@pytest.mark.parametrize("method", READ_AND_WRITE)
def test_no_value_makes_a_door_fail_that_is_open_to_an_admin(hostile: Hostile, method: str) -> None:
    for door in hostile.doors.all():
        if door.method == method:
            hostile.thoroughly("ana", door)
    hostile.look_again()
    assert not hostile.failed, "\n".join(hostile.failed)
