"""A person at the console, over real HTTP: logged in, with the keys of the forms that they see."""

from __future__ import annotations

import html
import re

import requests

from app.domain.actor import command
from app.domain.agents import passwords, people
from faults.ground import Ground

_PASSWORD = "walnut ferry compass"
_KEY = re.compile(r'name="csrf-token" content="([^"]+)"')
_TOKEN = re.compile(r'name="compose_token" value="([^"]*)"')
_SECONDS = 60.0


class Browser:
    """One browser of one person."""

    def __init__(self, ground: Ground, login: str) -> None:
        self._url = ground.stand.web_url
        self._http = requests.Session()
        self._http.trust_env = False
        self.key = self._key_of(self.get("/login"))
        form = {"csrf_token": self.key, "login": login, "password": _PASSWORD}
        answer = self._http.post(f"{self._url}/login", form, timeout=_SECONDS, allow_redirects=False)
        assert answer.status_code == 303, answer.text[:300]
        self.key = self._key_of(self.get("/"))

    def get(self, path: str, **headers: str) -> str:
        """A page's text; raises unless it is there."""
        answer = self._http.get(f"{self._url}{path}", headers=headers, timeout=_SECONDS)
        answer.raise_for_status()
        return answer.text

    def stream(self, path: str, last_id: str) -> requests.Response:
        """An answer that goes on and on; raises unless it begins well."""
        headers = {"Last-Event-ID": last_id} if last_id else {}
        answer = self._http.get(f"{self._url}{path}", headers=headers, timeout=_SECONDS, stream=True)
        answer.raise_for_status()
        return answer

    def composer_token(self, conversation: int) -> str:
        """What the composer of a conversation carries now."""
        found = _TOKEN.search(self.get(f"/conversations/{conversation}"))
        assert found, "no composer"
        return html.unescape(found[1])

    def send(self, conversation: int, body: str, token: str) -> int:
        """Press Send; returns the answer's status."""
        form = {"csrf_token": self.key, "compose_token": token, "body": body}
        url = f"{self._url}/conversations/{conversation}/messages"
        return self._http.post(url, form, timeout=_SECONDS, allow_redirects=False).status_code

    def close(self) -> None:
        """Let go of its connections."""
        self._http.close()

    @staticmethod
    def _key_of(page: str) -> str:
        found = _KEY.search(page)
        assert found, "no form key"
        return html.unescape(found[1])


def hire(ground: Ground, login: str) -> None:
    """Add somebody who may log in."""
    made = passwords.hashed(_PASSWORD, login)
    who = command(ground.account)
    ground.database.write(lambda session: people.add(session, who, login, login.title(), "agent", made))
