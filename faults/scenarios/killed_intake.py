"""K1 to K3: the web process is killed before and after it stored a webhook, the worker before it fetched a file."""

from __future__ import annotations

import contextlib

from app import fault_points
from faults.ground import Ground
from faults.processes import Leader
from faults.verdicts import Scenario, Verdict
from harness.standin import NEVER_REPEATED, REPEATED
from harness.waiting import until

_HOLD_SECONDS = 120.0
_KILL_SECONDS = 1.0
# Beyond two messages for each kill.
_SPARE_MESSAGES = 20


def before_insert(ground: Ground, runs: int) -> Verdict:
    """K1: half of the runs are repeated by Twilio, half are pulled."""
    return _one_row_each(ground, runs, fault_points.BEFORE_INBOUND_INSERT)


def after_commit(ground: Ground, runs: int) -> Verdict:
    """K2: stored, and killed before the answer; the repeat changes nothing, nor does the pull."""
    return _one_row_each(ground, runs, fault_points.AFTER_INBOUND_COMMIT)


def _one_row_each(ground: Ground, runs: int, point: str) -> Verdict:
    verdict = Verdict(runs, f"{runs} of {runs}: one row each")
    repeated, never = runs - runs // 2, runs // 2
    # The repeat is the first that the next process sees, so each dies at its second.
    first = ground.web(crash_at=f"{point}:2")
    ground.stand_in.settings(inbound_rules=REPEATED)
    sids = _write_until_killed(ground, first, repeated)
    second = ground.web(crash_at=point)
    ground.stand_in.settings(inbound_rules=NEVER_REPEATED)
    sids += _write_until_killed(ground, second, never)
    verdict.figure(f"{first.kills} kills with a repeat, {second.kills} without")
    ground.web()
    ground.workers()
    ground.wait(lambda: set(sids) <= set(ground.books.received()))
    lines = [ground.books.received()[sid] for sid in sids]
    recovered = sum(line.origin == "recovered" for line in lines)
    verdict.figure(f"{len(lines)} there, {recovered} of them pulled")
    ground.stand_in.settings(inbound_rules="")
    ground.no_workers()
    verdict.judge(ground.look())
    return verdict


def _write_until_killed(ground: Ground, web: Leader, kills: int) -> list[str]:
    """Customers write, each when what became of the message before is known; the SIDs of all that they wrote.

    Not every message kills: the first one may only count, one may meet a connection that the process before left
    behind, and on a slow machine one may go to the spool.
    """
    sids: list[str] = []
    while web.kills < kills:
        before = web.kills
        turn = len(sids)
        assert turn < 2 * kills + _SPARE_MESSAGES, f"{web.kills} kills after {turn} messages"
        told = ground.stand_in.customer_writes(f"whatsapp:+1415556{turn:04d}", f"message {turn}")
        sids.append(str(told["sid"]))
        if not told["answer"]["status"]:
            # The connection may break before the kill is in the log.
            with contextlib.suppress(AssertionError):
                until(lambda before=before: web.kills > before, _KILL_SECONDS)  # type: ignore[misc]
    return sids


def before_media_job(ground: Ground, runs: int) -> Verdict:
    """K3: answered, and the worker killed before it fetched the file; a worker that comes after fetches it."""
    verdict = Verdict(runs, f"{runs} of {runs} files here")
    ground.web()
    workers = ground.workers(crash_at=fault_points.BEFORE_MEDIA_JOB)
    sids = []
    for turn in range(runs):
        told = ground.stand_in.customer_writes(f"whatsapp:+1415557{turn:04d}", "", media=["picture"])
        sids.append(told["sid"])
        until(lambda turn=turn: workers.kills > turn, 60)  # type: ignore[misc]
    workers.kill()
    ground.workers()
    ground.wait(lambda: _fetched(ground) >= runs, _HOLD_SECONDS + 60)
    verdict.figure(f"{_fetched(ground)} of {runs} files here", _fetched(ground) == runs)
    ground.no_workers()
    verdict.judge(ground.look())
    return verdict


def _fetched(ground: Ground) -> int:
    if ground.quick:
        ground.books.let_holds_pass()
    query = "SELECT count(*) FROM inbound_media WHERE account_sid = :account AND state = 'fetched'"
    return int(str(ground.books.rows(query)[0][0]))


SCENARIOS = [
    Scenario("K1", "the web process dies before it stores a webhook", before_insert, 200, 4),
    Scenario("K2", "the web process dies after the commit, before the answer", after_commit, 200, 4),
    Scenario("K3", "the worker dies after the answer, before it fetches the file", before_media_job, 200, 2),
]
