"""What every answer forbids the browser, and what it may keep."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from werkzeug.datastructures import Headers

from tests.support.office import PASSWORDS, Office

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


def test_static_files_are_kept_under_an_address_that_changes_with_them(office: Office) -> None:
    browser = office.browser()
    for path in re.findall(r'(?:href|src)="(/static/[^"]+)"', browser.get("/login").text):
        answer = browser.get(path)
        assert "?v=" in path
        assert "immutable" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(("trusted", "ip"), [("0", "127.0.0.1"), ("1", "198.51.100.7"), ("2", "203.0.113.9")])
def test_only_as_many_proxies_are_believed_as_were_named(
    make_office: Callable[..., Office], trusted: str, ip: str
) -> None:
    office = make_office(TRUSTED_PROXIES=trusted).hire("kim")
    browser = office.browser()
    browser.get("/login")
    form = {"login": "kim", "password": PASSWORDS["kim"]}
    browser.post("/login", form, X_Forwarded_For="203.0.113.9, 198.51.100.7")
    assert f'<span class="mono">{ip}</span>' in browser.get("/settings").text
