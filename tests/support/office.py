"""The console as people use it: Ana who manages, Kim who answers, Otto who only reads; each in a browser of their own.

Kim must be refused what is Ana's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import Flask
from flask import session as form_session
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from werkzeug.test import TestResponse

from app.domain.actor import Actor, Role, command
from app.domain.agents import passwords, people, sessions
from app.domain.agents.sessions import Origin
from app.domain.sending.fetch_recorder import FetchRecorder
from app.store import agents
from app.store.database import Database, Session
from tests.support.cast import ACCOUNT

PASSWORDS = {"ana": "heron lantern gravel", "kim": "walnut ferry compass", "otto": "saddle orchid marble"}
NAMES = {"ana": "Ana Souza", "kim": "Kim Aalto", "otto": "Otto Brandt"}
ROLES: dict[str, Role] = {"ana": "admin", "kim": "agent", "otto": "auditor"}
CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36"
AS_A_BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "User-Agent": CHROME}
COOKIE = "switchboard_session"
_KEY = re.compile(r'name="csrf-token" content="([^"]+)"')


class Browser:
    """One browser: keeps its cookies, and sends forms as the page that it last saw would."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self._key = ""

    def get(self, path: str, **headers: str) -> TestResponse:
        """Open a page."""
        return self._seen(self.client.get(path, headers={**AS_A_BROWSER, **_named(headers)}, buffered=True))

    def post(self, path: str, form: Mapping[str, str | list[str]] | None = None, **headers: str) -> TestResponse:
        """Send a form, with the key of the page seen last."""
        data = {"csrf_token": self._key, **(form or {})}
        return self._seen(self.client.post(path, data=data, headers={**AS_A_BROWSER, **_named(headers)}))

    def htmx(self, method: str, path: str, shown: str = "/", **headers: str) -> TestResponse:
        """What htmx sends while the page at `shown` is open."""
        sent = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{shown}", "Accept": "*/*"}
        return self.client.open(path, method=method, headers={**sent, "X-CSRFToken": self._key, **_named(headers)})

    def log_in(self, login: str, password: str = "", target: str = "") -> TestResponse:
        """Fill in the login form."""
        self.get("/login")
        answer = self.post("/login", {"login": login, "password": password or PASSWORDS[login], "next": target})
        if answer.status_code == 303:
            self.get("/settings")
        return answer

    def let_in(self, token: str) -> None:
        """Hold this session, and the key of a page that was seen in it."""
        self.client.set_cookie(COOKIE, token, httponly=True, samesite="Lax")
        with self.client.session_transaction() as kept, self.client.application.test_request_context():
            self._key = generate_csrf()
            kept.update(form_session)

    def is_in(self) -> bool:
        """True while the session holds; asking does not prolong it."""
        return self.get("/settings", X_Switchboard_Background="1").status_code == 200

    @property
    def token(self) -> str:
        """What the session's cookie holds."""
        cookie = self.client.get_cookie(COOKIE)
        return cookie.value if cookie else ""

    def _seen(self, answer: TestResponse) -> TestResponse:
        if found := _KEY.search(answer.text):
            self._key = found[1]
        return answer


class Office:
    """An application of this process, with its people."""

    def __init__(self, application: Flask) -> None:
        self.application = application
        self.database: Database = application.extensions["services"].database
        self.ids: dict[str, int] = {}

    def hire(self, *logins: str) -> Office:
        """Add people of the cast, with their passwords."""
        for login in logins:
            password_hash = _hashed(login)
            self.ids[login] = self.database.write(
                lambda session, login=login, made=password_hash: people.add(  # type: ignore[misc]
                    session, command(ACCOUNT), login, NAMES[login], ROLES[login], made
                )
            )
        return self

    def actor(self, login: str) -> Actor:
        """One of the cast as the one who asks for a deed."""
        return Actor("agent", ACCOUNT, NAMES[login], self.ids[login], ROLES[login])

    def finish_receipts(self) -> None:
        """Wait until every fetch of a file is written down."""
        fetches: FetchRecorder = self.application.extensions["services"].fetches
        fetches.finish()

    def browser(self, login: str = "", **options: Any) -> Browser:
        """A browser as somebody who is in, or as nobody. The form that lets them in is for the tests of the login."""
        browser = Browser(self.application.test_client(**options))
        if login:
            browser.let_in(self.database.write(lambda session: self._begin(session, login)))
        return browser

    def _begin(self, session: Session, login: str) -> str:
        agent = agents.by_login(session, ACCOUNT, login)
        assert agent is not None
        return sessions.begin(session, agent, Origin("127.0.0.1", CHROME))


@cache
def _hashed(login: str) -> str:
    return passwords.hashed(PASSWORDS[login], login)


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
