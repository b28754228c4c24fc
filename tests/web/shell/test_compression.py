"""Which answers are compressed, and which must not be."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable

import pytest
from flask import Response
from werkzeug.test import TestResponse

from harness.waiting import until
from tests.support.cast import hear
from tests.support.listening import Stream, served
from tests.support.office import AS_A_BROWSER, Browser, Office
from tests.web.media.test_files import fetched

CSS = "/static/switchboard.css"
# A page that its user asked for by hand.
BY_HAND = {"Accept_Encoding": "gzip, deflate, br", "Sec_Fetch_Site": "none"}
KEY = re.compile(r'(name="csrf[-_]token" (?:content|value)=)"[^"]+"|data-live-cursor="[^"]+"')


def get(browser: Browser, path: str, **headers: str) -> TestResponse:
    """The answer as it is on the wire."""
    sent = {**AS_A_BROWSER, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return browser.client.get(path, headers=sent, buffered=True)


def is_compressed(answer: TestResponse) -> bool:
    assert answer.status_code < 400, answer.status
    return answer.headers.get("Content-Encoding") == "gzip"


@pytest.mark.parametrize("path", ["/", "/settings", "/feed", "/failures", "/journal"])
@pytest.mark.parametrize("site", ["none", "same-origin"])
def test_pages_that_our_own_page_or_its_user_asked_for_are(office: Office, path: str, site: str) -> None:
    for number in range(8):
        hear(office.database, f"Message {number}", From=f"whatsapp:+1415555{number:04d}")
    ana = office.browser("ana")

    def say_the_same() -> bool:
        small = get(ana, path, Accept_Encoding="gzip", Sec_Fetch_Site=site)
        plain = get(ana, path)
        assert (is_compressed(small), is_compressed(plain)) == (True, False)
        assert {"Accept-Encoding", "Sec-Fetch-Site"} <= set(small.vary) & set(plain.vary)
        content = small.data
        assert int(small.headers["Content-Length"]) == len(content) < int(plain.headers["Content-Length"])
        return KEY.sub("", gzip.decompress(content).decode()) == KEY.sub("", plain.text)

    # A page tells the time that a session has left: a second may end between the two.
    until(say_the_same)


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "anything"])
def test_what_another_site_opened_is_not(office: Office, site: str) -> None:
    hear(office.database, "The code is 4711. " * 100)
    ana = office.browser("ana")
    headers = {"Sec_Fetch_Site": site} if site else {}
    for path in ("/", "/?q=The+code+is+1", "/conversations/1"):
        assert not is_compressed(get(ana, path, Accept_Encoding="gzip", **headers))


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "identity, gzip;q=0", "*;q=0"])
def test_what_the_browser_could_not_read_is_not(office: Office, accepted: str) -> None:
    ana = office.browser("ana")
    for path in ("/", CSS):
        assert not is_compressed(get(ana, path, Accept_Encoding=accepted, Sec_Fetch_Site="none"))


def test_small_answers_are_left_as_they_are(office: Office) -> None:
    assert not is_compressed(get(office.browser("ana"), "/inbox/more", **BY_HAND))


def test_static_files_are_whoever_asks_and_keep_their_caching(office: Office) -> None:
    browser = office.browser()
    small = get(browser, f"{CSS}?v=1", Accept_Encoding="gzip", Sec_Fetch_Site="cross-site")
    plain = get(browser, f"{CSS}?v=1")
    assert (is_compressed(small), is_compressed(plain)) == (True, False)
    assert gzip.decompress(small.data) == plain.data
    assert "immutable" in small.headers["Cache-Control"]
    assert ("Accept-Encoding" in small.vary, "Accept-Encoding" in plain.vary) == (True, True)
    # Not the same bytes, so not the same strong validator.
    assert (small.get_etag()[1], plain.get_etag()[1]) == (True, False)


@pytest.mark.parametrize("first", ["gzip", ""])
@pytest.mark.parametrize("again", ["gzip", ""])
def test_a_static_file_that_has_not_changed_is_not_sent_again(office: Office, first: str, again: str) -> None:
    browser = office.browser()
    known = get(browser, CSS, Accept_Encoding=first).headers["ETag"]
    answer = get(browser, CSS, Accept_Encoding=again, If_None_Match=known)
    assert (answer.status_code, answer.data) == (304, b"")


def test_a_part_of_a_static_file_is_of_the_file_itself(office: Office) -> None:
    browser = office.browser()
    part = get(browser, CSS, Accept_Encoding="gzip", Range="bytes=0-99")
    assert (part.status_code, is_compressed(part)) == (206, False)
    assert part.data == get(browser, CSS).data[:100]


def test_a_head_tells_the_same_length_as_the_page(office: Office) -> None:
    browser = office.browser()
    whole = get(browser, CSS, Accept_Encoding="gzip")
    head = browser.client.head(CSS, headers={"Accept-Encoding": "gzip"}, buffered=True)
    assert (head.headers["Content-Length"], head.data) == (whole.headers["Content-Length"], b"")


@pytest.mark.parametrize("stored_type", ["image/jpeg", "audio/ogg", "application/pdf", "text/plain"])
def test_files_of_customers_are_not(office: Office, stored_type: str) -> None:
    path = fetched(office, stored_type, b"0123456789abcdef" * 1000)
    assert not is_compressed(get(office.browser("ana"), path, **BY_HAND))


def test_the_live_stream_is_not_and_comes_at_once(office: Office) -> None:
    ana = office.browser("ana")
    with served(office.application) as port, Stream(port, ana.token, accept_encoding="gzip") as stream:
        assert "Content-Encoding" not in stream.headers
        until(lambda: stream.cursor)
        hear(office.database, "Frame by frame")
        until(lambda: "Frame by frame" in stream.html("inbox"))


def test_an_answer_that_comes_in_pieces_is_not(make_office: Callable[..., Office]) -> None:
    office = make_office().hire("ana")

    def pieces() -> Response:
        return Response((piece for piece in ["x" * 5000] * 3), mimetype="text/html")

    office.application.view_functions["settings_page.page"] = pieces
    assert not is_compressed(get(office.browser("ana"), "/settings", **BY_HAND))
