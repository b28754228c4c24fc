"""Whom X-Forwarded-* is believed, and that nobody gets free tries at passwords by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest

from app.store.tables import AgentSession
from tests.support.cast import only
from tests.support.office import AS_A_BROWSER, PASSWORDS, Browser, Office

MakeOffice = Callable[..., Office]
PROXY = "10.0.0.1"
WRONG = {"login": "nobody", "password": "not this one"}


def arriving(office: Office, peer: str = PROXY) -> Browser:
    """A browser whose requests come from a proxy."""
    browser = office.browser()
    browser.client.environ_base["REMOTE_ADDR"] = peer
    return browser


def address_of_login(office: Office, forwarded: str, peer: str = PROXY) -> str:
    browser = arriving(office, peer)
    browser.get("/login")
    form = {"login": "kim", "password": PASSWORDS["kim"]}
    assert browser.post("/login", form, X_Forwarded_For=forwarded).status_code == 303
    return only(office.database, AgentSession).ip


@pytest.mark.parametrize(
    ("trusted", "forwarded", "address"),
    [
        ("0", "203.0.113.9", PROXY),
        ("1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("2", "192.0.2.66, 203.0.113.9, 198.51.100.7", "203.0.113.9"),
        ("2", "198.51.100.7", PROXY),
        ("1", "", PROXY),
        ("1", "203.0.113.9, unknown", PROXY),
        ("1", "203.0.113.9, ", PROXY),
        ("1", "2001:db8::7%eth0", "2001:db8::7"),
        ("1", "[2001:DB8::7]:4711", "2001:db8::7"),
        ("1", "x" * 5_000, PROXY),
        ("2", '192.0.2.66, ", 203.0.113.9, 198.51.100.7', "203.0.113.9"),
        ("1", '192.0.2.66, "\\, 198.51.100.7', "198.51.100.7"),
    ],
)
def test_the_entry_that_our_proxy_wrote_counts(
    make_office: MakeOffice, trusted: str, forwarded: str, address: str
) -> None:
    assert address_of_login(make_office(TRUSTED_PROXIES=trusted).hire("kim"), forwarded) == address


def test_a_peer_is_written_in_one_way_too(make_office: MakeOffice) -> None:
    assert address_of_login(make_office().hire("kim"), "", "::ffff:192.0.2.1") == "192.0.2.1"


def tries(office: Office, forwarded: Iterable[str], peer: str = PROXY) -> list[int]:
    """What tries at passwords are answered, each as another login."""
    browser = arriving(office, peer)
    browser.get("/login")
    sent = enumerate(forwarded)
    return [
        browser.post("/login", {**WRONG, "login": f"person{number}"}, X_Forwarded_For=one).status_code
        for number, one in sent
    ]


@pytest.mark.parametrize(
    "forwarded",
    [
        [f"203.0.113.{number}, 198.51.100.7" for number in range(31)],
        [f"unknown{number}" for number in range(31)],
        [f"198.51.100.7:{number + 1}" for number in range(31)],
        [f"2001:db8::{number:x}" for number in range(31)],
        [f"2001:db8::7%{number}" for number in range(31)],
    ],
    ids=["entries further left", "garbage", "ports", "addresses of one house", "zones"],
)
def test_invented_entries_give_no_free_tries(make_office: MakeOffice, forwarded: list[str]) -> None:
    assert tries(make_office(TRUSTED_PROXIES="1"), forwarded) == [401] * 30 + [429]


def test_without_a_proxy_no_entry_counts(make_office: MakeOffice) -> None:
    office = make_office()
    assert tries(office, [f"203.0.113.{number}" for number in range(31)], "192.0.2.1") == [401] * 30 + [429]
    assert tries(office, [""], "192.0.2.2") == [401]


@pytest.mark.parametrize("scheme", ["javascript", "https, gopher", "", "ht\x7ftp"])
def test_a_scheme_that_is_none_is_not_believed(make_office: MakeOffice, scheme: str) -> None:
    client = make_office(TRUSTED_PROXIES="1").application.test_client()
    answer = client.get("/settings", headers={**AS_A_BROWSER, "X-Forwarded-Proto": scheme})
    assert (answer.status_code, answer.location) == (303, "/login?next=/settings")
