"""Which doors are open without a login. A new one is closed until it stands on the list."""

from __future__ import annotations

import pytest
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from app.web.shell.public import PUBLIC_BLUEPRINTS, PUBLIC_ENDPOINTS, is_public
from tests.support.office import Browser, Office

OPEN = {
    "static",
    "healthz.healthz",
    "metrics.metrics",
    "login.page",
    "login.log_in",
    "login.state",
    "login.reset",
    "login.set_password",
    "opt_in.page",
    "opt_in.qr",
    "opt_in.submit",
}
OPEN_TO_PROGRAMS = {"webhooks", "webhook_addresses", "media_temp", "api"}


def _some(converter: BaseConverter) -> object:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "x"


def address(office: Office, rule: Rule) -> str:
    """Some address that the rule takes."""
    values = {name: _some(converter) for name, converter in rule._converters.items()}
    with office.application.test_request_context():
        built = office.application.url_map.bind("localhost").build(rule.endpoint, values, force_external=False)
    return str(built)


def test_the_list_of_open_doors_is_this_and_no_longer() -> None:
    assert set(PUBLIC_ENDPOINTS) == OPEN
    assert set(PUBLIC_BLUEPRINTS) == OPEN_TO_PROGRAMS


def test_every_other_door_turns_a_stranger_away(office: Office) -> None:
    closed = [rule for rule in office.application.url_map.iter_rules() if not is_public(rule.endpoint)]
    assert {rule.endpoint for rule in closed} >= {"settings_page.page", "agents.page", "login.log_out"}
    for rule in closed:
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            answer = Browser(office.application.test_client()).htmx(method, address(office, rule))
            assert (answer.status_code, rule.endpoint) == (401, rule.endpoint)
            assert answer.headers["HX-Redirect"].startswith("/login")
            assert answer.headers["Cache-Control"] == "no-store"


def test_every_open_door_exists(office: Office) -> None:
    assert set(office.application.view_functions) >= OPEN


def test_htmx_leads_the_whole_browser_to_the_login_and_back_to_the_page_it_shows(office: Office) -> None:
    answer = office.browser().htmx("GET", "/settings/agents", shown="/feed?kind=status")
    assert answer.text == ""
    assert answer.headers["HX-Redirect"] == "/login?next=/feed%3Fkind%3Dstatus"


@pytest.mark.parametrize(
    "shown", ["//[", "http://[", "", "https://evil.example//evil.example", "javascript:alert(1)", "/login?next=/feed"]
)
def test_htmx_leads_to_no_other_place_than_a_page_of_ours(office: Office, shown: str) -> None:
    answer = office.browser().htmx("GET", "/settings/agents", HX_Current_URL=shown)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login")


def test_what_htmx_asks_for_without_saying_where_leads_to_the_login(office: Office) -> None:
    answer = office.application.test_client().get("/settings/agents", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login")


def test_a_program_gets_a_sentence(office: Office) -> None:
    answer = office.application.test_client().get("/settings", headers={"Accept": "text/event-stream"})
    assert answer.status_code == 401
    assert answer.mimetype == "text/plain"


def test_what_was_typed_when_the_session_had_ended_is_shown_to_be_copied(office: Office) -> None:
    answer = office.browser().post("/settings/agents", {"name": "Bea Lindqvist", "password": "never shown"})
    assert answer.status_code == 401
    assert "Bea Lindqvist" in answer.text
    assert "never shown" not in answer.text
    assert "/login" in answer.text


@pytest.mark.parametrize("login", ["kim", "otto"])
def test_only_an_admin_comes_to_the_agents(office: Office, login: str) -> None:
    browser = office.browser(login)
    page = browser.get("/settings/agents")
    assert page.status_code == 403
    assert "Ask an admin" in page.text
    assert browser.post("/settings/agents", {"login": "x", "name": "X", "role": "admin"}).status_code == 403
    assert browser.post(f"/settings/agents/{office.ids['ana']}/disable").status_code == 403
    assert browser.post(f"/settings/agents/{office.ids['ana']}/link").status_code == 403
    assert browser.post(f"/settings/agents/{office.ids[login]}/role", {"role": "admin"}).status_code == 403
    assert "/settings/agents" not in browser.get("/settings").text
