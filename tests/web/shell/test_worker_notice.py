"""While no worker lives every page says so, to everybody; only who can start one reads how."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.clock import now
from app.store import leases
from tests.support.office import Office

MISSING = "Nothing is being sent"
KEPT = "What you write is kept and goes out when it runs."
COMMAND = "python -m app.worker"
NOTICE = "/worker-notice"


def beat(office: Office, ago: timedelta = timedelta(0)) -> None:
    """A worker says that it is alive."""
    office.database.write(lambda session: leases.beat(session, "one", "worker", now(), now() - ago))


@pytest.mark.parametrize("login", ["ana", "kim", "otto"])
def test_everybody_learns_that_no_worker_has_run_and_an_admin_how_to_start_one(office: Office, login: str) -> None:
    browser = office.browser(login)
    for path in ("/", "/failures", "/settings", NOTICE):
        page = browser.get(path).text
        assert f"{MISSING}: no worker has run yet." in page, path
        assert KEPT in page
        assert (COMMAND in page) == (login == "ana")


def test_a_worker_that_fell_silent_is_missed_and_no_more_when_it_is_back(office: Office) -> None:
    kim = office.browser("kim")
    beat(office, timedelta(seconds=31))
    for path in ("/", NOTICE):
        assert f"{MISSING}: the worker has not been seen since <time" in kim.get(path).text
    beat(office)
    for path in ("/", NOTICE):
        assert MISSING not in kim.get(path).text
