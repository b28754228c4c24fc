"""What the tests of the server share: a web process that takes webhooks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.store import accounts
from app.store.database import Database
from bench.posts import Writer
from bench.stands import writer
from harness.processes import Stand
from tests.support.cast import ago


@pytest.fixture
def web(make_stand: Callable[..., Stand], database: Database) -> Stand:
    """A web process with one worker."""
    stand = make_stand(WEB_CONCURRENCY="1", WEB_THREADS="64", TWILIO_WHATSAPP_FROM="whatsapp:+14155238886")
    database.write(lambda session: accounts.ensure(session, stand.env["TWILIO_ACCOUNT_SID"], ago()))
    return stand.start("web")


@pytest.fixture
def posts(web: Stand) -> Writer:
    """What writes webhooks that the web process accepts."""
    return writer(web, 5)
