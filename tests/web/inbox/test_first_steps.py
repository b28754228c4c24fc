"""What an empty installation shows instead of conversations."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from app import metrics
from app.settings import Settings
from app.store.database import Database
from app.web.inbox.first_steps import first_steps_view
from tests.support.cast import CALLBACK_BASE, hear, inbound_form, status_form
from tests.support.office import Office
from tests.support.twilio import Twilio

INBOUND = f"{CALLBACK_BASE}/twilio/inbound#rc=2&amp;rp=5xx,ct,rt"
HOUR = 3600


@pytest.fixture(autouse=True)
def _no_refusal_lately() -> None:
    """The metrics are the process's own: what other tests refused is old here."""
    for reason in ("mismatch", "unknown_account", "unsigned"):
        metrics.SIGNATURE_FAILED_AT.labels(reason).set(time.time() - HOUR - 1)


@pytest.mark.parametrize("login", ["ana", "kim", "otto"])
@pytest.mark.parametrize("tab", ["", "mine", "closed"])
def test_it_shows_the_addresses_and_that_twilio_has_not_called(office: Office, login: str, tab: str) -> None:
    page = office.browser(login).get(f"/?tab={tab}" if tab else "/").text
    assert f'data-copy="{INBOUND}"' in page
    assert f'data-copy="{CALLBACK_BASE}/twilio/status"' in page
    assert "Twilio has not called yet." in page
    assert "was refused" not in page
    assert "No conversation yet" in page


def test_it_goes_when_the_first_customer_wrote_and_stays_away(office: Office) -> None:
    ana = office.browser("ana")
    assert "First steps" in ana.get("/inbox/nothing-open").text
    hear(office.database, "Hello")
    for path in ("/inbox/nothing-open", "/?tab=closed", "/?tab=mine"):
        page = ana.get(path).text
        assert ("First steps" in page, "No conversation is open" in page) == (False, True), path


def test_a_search_that_finds_nothing_says_so(office: Office) -> None:
    hear(office.database, "Hello")
    page = office.browser("ana").get("/?q=zeppelin").text
    assert ("Nothing found" in page, "First steps" in page) == (True, False)


def test_it_tells_that_twilio_called_without_a_message(office: Office) -> None:
    twilio, ana = Twilio(office.application), office.browser("ana")
    assert twilio.status(status_form("SM" + "1" * 32, "delivered")).status_code == 204
    page = ana.get("/").text
    assert "Twilio has called, the last time" in page
    assert "It told the status of a message." in page
    assert twilio.inbound(inbound_form(From="nonsense")).status_code == 200
    assert "What it brought is not understood." in ana.get("/").text


@pytest.mark.parametrize(
    ("token", "account", "words"),
    [
        ("f" * 32, "", "signed with another token"),
        ("f" * 32, "AC" + "7" * 32, "from another Twilio account"),
        ("", "", "It was not signed"),
    ],
)
def test_a_refused_call_is_told_with_its_reason_for_an_hour(
    office: Office, token: str, account: str, words: str
) -> None:
    form = inbound_form(**({"AccountSid": account} if account else {}))
    headers = {} if token else {"X-Twilio-Signature": ""}
    assert Twilio(office.application).post("/twilio/inbound", form, token=token, headers=headers).status_code == 403
    ana = office.browser("ana")
    page = ana.get("/").text
    assert ("was refused" in page, words in page) == (True, True)
    for reason in metrics.signature_failed_at():
        metrics.SIGNATURE_FAILED_AT.labels(reason).set(time.time() - HOUR - 1)
    assert "was refused" not in ana.get("/").text


@pytest.mark.parametrize(
    ("base", "api", "told"),
    [
        ("http://127.0.0.1:8000", "", True),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8001", False),
        ("https://console.example.com", "", False),
    ],
)
def test_an_address_that_only_this_machine_has_is_told(
    database: Database, make_settings: Callable[..., Settings], base: str, api: str, told: bool
) -> None:
    settings = make_settings(**Twilio.SETTINGS | {"PUBLIC_BASE_URL": base, "TWILIO_API_BASE_URL": api})
    view = database.read(lambda session: first_steps_view(session, settings))
    assert (view.unreachable, view.inbound_url.startswith(f"{base}/twilio/inbound")) == (told, True)
