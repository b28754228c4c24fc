"""`bin/switchboard retention`: on trial it says what would go, and then it goes."""

from __future__ import annotations

import json
from datetime import timedelta

from app.domain.clock import now
from app.store import leases
from app.store.database import Database
from tests.commands.conftest import Run
from tests.support.cast import again, hear
from tests.support.rewriting import rewrite


def test_a_trial_deletes_nothing_and_says_what_would_go(switchboard: Run, database: Database) -> None:
    message = hear(database, "A heron")
    at = now() - timedelta(days=100)
    rewrite(database, message, recorded_at=at)
    tried = {row["kind"]: row for row in json.loads(switchboard("retention", "--dry-run", "--output", "json").out)}
    assert (tried["texts"]["count"], tried["texts"]["oldest"], tried["texts"]["days"]) == (1, str(at.date()), 90)
    assert again(database, message).body == "A heron"
    done = json.loads(switchboard("retention", "--output", "json").out)
    assert [(row["kind"], row["deleted"], row["oldest"]) for row in done] == [("texts", 1, str(at.date()))]
    assert again(database, message).body == ""


def test_two_at_once_are_one(switchboard: Run, database: Database) -> None:
    hold = timedelta(minutes=1)
    assert database.write(lambda session: leases.take(session, "retention", "worker:one", now(), hold))
    refused = switchboard("retention")
    assert (refused.code, "Another process deletes" in refused.err) == (1, True)
