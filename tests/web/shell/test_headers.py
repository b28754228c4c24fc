"""What every answer forbids the browser, and what it may keep."""

from __future__ import annotations

import re

import pytest
from werkzeug.datastructures import Headers

from tests.support.office import Office

PAGES = ["/login", "/settings", "/settings/agents", "/nothing-here", "/static/switchboard.css"]


def test_every_answer_is_strict(office: Office) -> None:
    ana = office.browser("ana")
    for path in PAGES:
        assert_strict(ana.get(path).headers)


def assert_strict(headers: Headers) -> None:
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_have_nothing_that_the_policy_forbids(office: Office) -> None:
    for path, login in (("/login", ""), ("/settings", "ana"), ("/settings/agents", "ana"), ("/nothing-here", "ana")):
        text = office.browser(login).get(path).text
        assert not re.search(r"\s(style|on[a-z]+|hx-on[^=]*)=", text)
        assert not re.search(r"<script(?![^>]*\ssrc=)|<style", text)


def test_pages_behind_the_login_are_not_kept(office: Office) -> None:
    assert office.browser("kim").get("/settings").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nothing-here", 404),
        ("/static/nothing-here.css", 404),
        ("/static/nothing-here.css?v=1", 404),
        ("/static/../app/settings.py", 404),
        ("/conversations/1", 404),
        ("/logout", 405),
        ("/twilio/inbound", 405),
        ("/media/temp/a-key-of-somebody/file.png", 404),
        ("/login/reset/a-key-of-somebody", 410),
        ("/login", 303),
        ("/healthz", 503),
    ],
)
def test_no_other_answer_is_kept_whoever_asks(office: Office, path: str, status: int) -> None:
    answer = office.browser("kim").get(path)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "no-store")


def test_an_answer_to_a_form_is_not_kept(office: Office) -> None:
    kim = office.browser("kim")
    refused = kim.post("/settings/agents", {"login": "bea", "name": "Bea", "role": "agent"})
    stale = kim.post("/settings/view", {"csrf_token": ""})
    unsigned = office.application.test_client().post("/twilio/inbound", data={"Body": "x"})
    for answer, status in ((refused, 403), (stale, 400), (unsigned, 400)):
        assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "no-store")


def test_a_page_that_fails_is_not_kept(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.domain.agents.sessions.mine", None)
    answer = office.browser().log_in("kim")
    assert answer.headers["Cache-Control"] == "no-store"
    kim = office.browser("kim")
    answer = kim.get("/settings")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (500, "no-store")


def test_static_files_are_kept_under_an_address_that_changes_with_them(office: Office) -> None:
    browser = office.browser()
    for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', browser.get("/login").text):
        answer = browser.get(path)
        assert "?v=" in path
        assert "immutable" in answer.headers["Cache-Control"]
