"""Workers seal what webhooks record, each record once, however many workers there are."""

from __future__ import annotations

from collections.abc import Callable

from app.domain.consent import checkpoints
from app.domain.consent.verify import verify
from app.environment import load
from app.store import accounts
from app.store.database import connect
from app.store.tables import ConsentCheckpoint, ConsentLeaf
from harness.processes import Stand
from harness.waiting import until
from tests.support import cast


def test_two_workers_seal_each_record_once_and_sign(make_stand: Callable[..., Stand]) -> None:
    stands = [make_stand()]
    stands.append(make_stand(**{**stands[0].env, "PORT": "1"}))
    account, database = stands[0].env["TWILIO_ACCOUNT_SID"], connect(stands[0].env["DATABASE_URL"])
    try:
        database.write(lambda session: accounts.ensure(session, account, cast.ago()))
        for stand in stands:
            stand.start("worker")
        until(lambda: all("worker.started" in stand.log("worker") for stand in stands), 60)
        for word in ("STOP", "START") * 5:
            cast.take(database, cast.webhook("inbound", cast.inbound_form(AccountSid=account, Body=word)))
        until(lambda: len(cast.rows(database, ConsentLeaf, account_sid=account)) == 10, 30)
        until(lambda: cast.rows(database, ConsentCheckpoint, account_sid=account))
        keys = [checkpoints.signer(load(stands[0].env, env_file="/dev/null")).verifier]
        report = database.read(lambda session: verify(session, account, keys))
        assert (report.leaves, report.unsealed) == (10, 0)
        assert not any("clock.job_failed" in stand.log("worker") for stand in stands)
    finally:
        database.close()
