"""The Content API: templates as the account has them, and their approval (docs/twilio.md#templates).

The SDK's own classes drop the types and fields that they don't know, so its HTTP client is asked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote, urlencode

import requests
from twilio.base.exceptions import TwilioException
from twilio.http.response import Response

from app.gateways.twilio.client import client
from app.gateways.twilio.listed_template import ListedTemplate, Unreadable, approval_of, listed_template
from app.gateways.twilio.problems import problem_of
from app.settings import Settings

HOST = "https://content.twilio.com"
PAGE_SIZE = 100
# More pages than any account has; a list that never ends must not be read for ever.
MOST_PAGES = 1000


class ContentUnavailable(Exception):
    """Twilio could not be asked, or its answer can't be read; asking again later may help."""


class ContentRefused(Exception):
    """Twilio refused: its code and its words."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(f"{code} {words}".strip())
        self.code = code
        self.words = words


class TwilioContent:
    """The account's templates at Twilio."""

    def __init__(self, settings: Settings) -> None:
        self._client, self._http = client(settings)

    def all(self) -> list[ListedTemplate]:
        """Every template with its approval, from all pages to the last. Raises ContentUnavailable."""
        return [row for page in self._pages() for row in page]

    def one(self, sid: str) -> ListedTemplate | None:
        """One template with its approval as it is now; None when the account has none. Raises ContentUnavailable."""
        content = self._reading("GET", f"/v1/Content/{quote(sid)}")
        if content is None:
            return None
        asked = self._reading("GET", f"/v1/Content/{quote(sid)}/ApprovalRequests")
        approval = asked.get("whatsapp", asked.get("approval_requests")) if isinstance(asked, Mapping) else None
        try:
            return listed_template({**content, "approval_requests": approval})
        except Unreadable as error:
            raise ContentUnavailable(str(error)) from error

    def create(self, content: Mapping[str, Any]) -> str:
        """Make a template; returns its SID. Raises ContentRefused and ContentUnavailable."""
        made = self._writing("POST", "/v1/Content", content)
        sid = str(made.get("sid") or "") if isinstance(made, Mapping) else ""
        if not sid:
            raise ContentUnavailable("the answer has no SID")
        return sid

    def change(self, sid: str, content: Mapping[str, Any]) -> None:
        """Change a template that was never submitted; it keeps its SID. Raises as `create`."""
        self._writing("PUT", f"/v1/Content/{quote(sid)}", content)

    def submit(self, sid: str, name: str, category: str) -> str:
        """Submit a template for approval; returns its status. Raises as `create`."""
        asked = {"name": name, "category": category}
        told = self._writing("POST", f"/v1/Content/{quote(sid)}/ApprovalRequests/whatsapp", asked)
        return approval_of(told).status or "received"

    def delete(self, sid: str) -> None:
        """Delete a template at Twilio; one that isn't there is deleted. Raises as `create`."""
        try:
            self._writing("DELETE", f"/v1/Content/{quote(sid)}", None)
        except ContentRefused as error:
            if error.code != "20404":
                raise

    def _pages(self) -> Iterator[list[ListedTemplate]]:
        url, seen = f"/v2/ContentAndApprovals?{urlencode({'PageSize': PAGE_SIZE})}", set[str]()
        while url and url not in seen and len(seen) < MOST_PAGES:
            seen.add(url)
            page = self._reading("GET", url)
            if not isinstance(page, Mapping) or not isinstance(page.get("contents"), list):
                raise ContentUnavailable("the answer is no page")
            try:
                yield [listed_template(row) for row in page["contents"]]
            except Unreadable as error:
                raise ContentUnavailable(str(error)) from error
            meta = page.get("meta")
            url = str(meta.get("next_page_url") or "") if isinstance(meta, Mapping) else ""
            # The credentials go nowhere else, whatever an answer says.
            if url and not url.startswith(f"{HOST}/"):
                raise ContentUnavailable("the next page is on another host")
        if url:
            raise ContentUnavailable("the pages don't end")

    def _reading(self, method: str, path: str) -> Any:
        """What is there, None where nothing is."""
        response = self._ask(method, path, None)
        if response.status_code == 404 and problem_of(response).code:
            return None
        if response.status_code != 200:
            raise ContentUnavailable(f"HTTP {response.status_code}")
        return _json(response)

    def _writing(self, method: str, path: str, body: Mapping[str, Any] | None) -> Any:
        response = self._ask(method, path, body)
        if 200 <= response.status_code < 300:
            return _json(response) if response.text else None
        problem = problem_of(response)
        if 400 <= response.status_code < 500 and response.status_code != 429 and problem.code:
            raise ContentRefused(problem.code, problem.words)
        raise ContentUnavailable(f"HTTP {response.status_code}")

    def _ask(self, method: str, path: str, body: Mapping[str, Any] | None) -> Response:
        url = path if path.startswith("https://") else HOST + path
        headers = {"Content-Type": "application/json"} if body is not None else {}
        given: Any = dict(body) if body is not None else None
        try:
            return self._client.request(method, url, data=given, headers=headers)
        except (TwilioException, requests.RequestException, ValueError) as error:
            raise ContentUnavailable(type(error).__name__) from error


def _json(response: Response) -> Any:
    try:
        return json.loads(response.text)
    except (ValueError, RecursionError) as error:
        raise ContentUnavailable("the answer is no JSON") from error
