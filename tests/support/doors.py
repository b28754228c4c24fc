"""Every door of the console, one by one: knocked at by somebody, with sane values and one odd one among them."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlencode

from flask import Flask
from flask_wtf.csrf import generate_csrf
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import Rule
from werkzeug.test import run_wsgi_app

from tests.support.odd_values import HEADERS, ODD, ODD_HEADERS

FORM = "application/x-www-form-urlencoded"
_PLACE = re.compile(r"<(?:[^<>]*:)?(\w+)>")


@dataclass(frozen=True)
class Door:
    """A rule and one of its methods."""

    rule: Rule
    method: str

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"

    @property
    def arguments(self) -> list[str]:
        """The names of what stands in its path."""
        return sorted(self.rule.arguments)

    def path(self, values: Mapping[str, str]) -> str:
        """Its path with these values, percent-encoded ones, in it."""
        return _PLACE.sub(lambda found: values[found[1]], self.rule.rule)


@dataclass
class Visitor:
    """Who knocks: their cookies, their form's key, and what is sane in a path and in a field."""

    name: str
    cookie: str = ""
    key: str = ""
    fields: dict[str, str] = field(default_factory=dict)


class Doors:
    """The application's doors. Notes which fields a door reads, so that none has to be listed."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.read: set[str] = set()
        self._note_what_is_read()

    def all(self) -> list[Door]:
        """Every rule by every method, the one that ends the visitor's own session last."""
        rules = sorted(self.app.url_map.iter_rules(), key=lambda rule: (rule.endpoint == "login.log_out", rule.rule))
        return [Door(rule, method) for rule in rules for method in sorted(rule.methods or ())]

    def visitor(self, name: str, token: str, fields: dict[str, str], **kept: object) -> Visitor:
        """Somebody with a session and a valid key; `kept` is what an earlier form left in their cookie."""
        with self.app.test_request_context():
            from flask import session

            key = generate_csrf()
            signer = self.app.session_interface.get_signing_serializer(self.app)  # type: ignore[attr-defined]
            form_cookie = signer.dumps({**session, **kept})
        return Visitor(name, f"switchboard_session={token}; switchboard_form={form_cookie}", key, fields)

    def knock(
        self,
        door: Door,
        who: Visitor,
        path: str,
        fields: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> int:
        """The answer's status. `fields` are percent-encoded, and stand in the query and in the form."""
        query = "&".join(f"{quote(name)}={value}" for name, value in (fields or {}).items())
        body = f"csrf_token={quote(who.key)}&{query}".encode() if door.method == "POST" else b""
        given = {
            "HTTP_COOKIE": who.cookie,
            "HTTP_ACCEPT": "text/html",
            "HTTP_HOST": "localhost",
            "CONTENT_TYPE": FORM if body else "",
            **{f"HTTP_{name.upper().replace('-', '_')}": value for name, value in (headers or {}).items()},
        }
        return self._ask(door.method, path, query if door.method == "GET" or headers else "", body, given)

    def _ask(self, method: str, path: str, query: str, body: bytes, given: dict[str, str]) -> int:
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin1"),
            "QUERY_STRING": query,
            "RAW_URI": f"{path}?{query}",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.url_scheme": "http",
            "wsgi.version": (1, 0),
            **given,
        }
        chunks, status, answered = run_wsgi_app(self.app, environ)
        try:
            if not (answered.get("Content-Type") or "").startswith("text/event-stream"):
                for _chunk in chunks:
                    pass
        finally:
            if close := getattr(chunks, "close", None):
                close()
        return int(status[:3])

    def _note_what_is_read(self) -> None:
        noted = self.read
        stored: Any = self.app.request_class.parameter_storage_class

        class Noting(stored):  # type: ignore[misc]
            def __getitem__(self, name: str) -> Any:
                noted.add(name)
                return super().__getitem__(name)

            def getlist(self, name: str, *more: Any, **others: Any) -> Any:
                noted.add(name)
                return super().getlist(name, *more, **others)

            def __contains__(self, name: object) -> bool:
                noted.add(str(name))
                return bool(super().__contains__(name))

        class NotingRequest(self.app.request_class):  # type: ignore[misc, name-defined]
            parameter_storage_class = Noting

        assert issubclass(stored, ImmutableMultiDict)
        self.app.request_class = NotingRequest


def odd_fields(
    name: str, sane: Mapping[str, str], odd: Mapping[str, str] = ODD
) -> Iterator[tuple[str, dict[str, str]]]:
    """Sane fields but for this one; and this one twice."""
    for what, value in odd.items():
        yield f"{what} as {name}", {**sane, name: value}
    yield f"{name} twice", {**sane, name: f"{sane.get(name, 'a')}&{quote(name)}=%00"}


def odd_together(names: Sequence[str], sane: Mapping[str, str], odd: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Each of these fields with another odd value, so often that each had each; and all of them twice."""
    values = list(odd.values())
    for turn in range(len(values)):
        yield {**sane, **{name: values[(turn + place) % len(values)] for place, name in enumerate(names)}}
    yield {**sane, **{name: f"{sane.get(name, 'a')}&{quote(name)}=%00" for name in names}}


def odd_headers() -> Iterator[tuple[str, dict[str, str]]]:
    """One odd header each."""
    for name in HEADERS:
        for what, value in ODD_HEADERS.items():
            if b"\0" not in value and b"\n" not in value:
                yield f"{what} as {name}", {name: value.decode("latin1")}


def encoded(**fields: str) -> dict[str, str]:
    """Sane values, percent-encoded."""
    return {name: urlencode({"": value})[1:] for name, value in fields.items()}
