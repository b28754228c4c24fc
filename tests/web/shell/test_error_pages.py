"""What is said when something fails."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.application import create_app
from app.settings import Settings
from app.store.migrate import upgrade
from harness.databases import PostgresqlServer
from tests.support.cast import begin
from tests.support.office import Office
from tests.support.twilio import Twilio


@pytest.mark.parametrize(
    ("method", "path", "code", "words"),
    [
        ("GET", "/nothing-here", 404, "There is nothing at this address."),
        ("DELETE", "/settings", 405, "does not take that kind of request"),
        ("POST", "/settings/view", 413, "larger than this page takes"),
    ],
)
def test_a_browser_gets_a_page_and_htmx_a_sentence(
    office: Office, method: str, path: str, code: int, words: str
) -> None:
    kim = office.browser("kim")
    data = {"zone": "x" * 300_000} if code == 413 else {}
    for headers in ({"Accept": "text/html"}, {"HX-Request": "true"}):
        answer = kim.client.open(path, method=method, data=data, headers={"X-CSRFToken": kim._key, **headers})
        assert (answer.status_code, words in answer.text) == (code, True)
        assert ("<html" in answer.text) == ("Accept" in headers)
        assert "Traceback" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "code"), [("GET", "/nothing-here", 404), ("GET", "/opt-in/none", 404), ("DELETE", "/login", 405)]
)
@pytest.mark.parametrize("accept", ["text/html", "text/plain"])
def test_who_is_not_logged_in_reads_nothing_of_the_console(
    office: Office, method: str, path: str, code: int, accept: str
) -> None:
    answer = office.browser().client.open(path, method=method, headers={"Accept": accept})
    assert answer.status_code == code
    for word in ("<nav", "<a ", "the inbox"):
        assert word not in answer.text, word


@pytest.mark.parametrize("accept", ["text/html", "text/plain"])
def test_who_is_logged_in_comes_back_from_an_address_that_leads_nowhere(office: Office, accept: str) -> None:
    page = office.browser("kim").get("/nothing-here", Accept=accept).text
    assert "Start again from the inbox." in page
    assert ("<nav" in page) == (accept == "text/html")


def test_a_failure_of_ours_says_what_to_do(office: Office) -> None:
    def fail() -> str:
        raise ZeroDivisionError("a secret detail")

    office.application.view_functions["settings_page.page"] = fail
    office.application.config["PROPAGATE_EXCEPTIONS"] = False
    kim = office.browser()
    kim.log_in("kim")
    answer = kim.get("/settings")
    assert answer.status_code == 500
    assert "Reload the page to see" in answer.text
    assert "secret detail" not in answer.text


def test_without_the_database_a_page_says_so(
    postgresql_server: PostgresqlServer, make_settings: Callable[..., Settings]
) -> None:
    url = postgresql_server.url()
    upgrade(url)
    office = Office(create_app(make_settings(DATABASE_URL=url, **Twilio.SETTINGS)))
    begin(office.database)
    kim = office.hire("kim").browser("kim")
    postgresql_server.kill()
    try:
        answer = kim.get("/settings")
        assert answer.status_code == 503
        assert "The database can&#39;t be reached." in answer.text
        assert "Retry-After" in answer.headers
        assert kim.htmx("GET", "/settings").text.startswith("The database can't be reached.")
        assert kim.get("/nothing-here").status_code == 404
    finally:
        postgresql_server.start()
        office.database.close()
