"""K10: the worker is killed again and again while it imports a file of consents."""

from __future__ import annotations

import io
import os

from app.domain.actor import command
from app.domain.consent import checkpoints, imports
from app.domain.consent.verify import LedgerBroken, verify
from app.environment import load
from app.store.consent import imports as rows
from app.store.tables import ConsentImport
from faults.ground import Ground
from faults.processes import Leader
from faults.verdicts import Scenario, Verdict

# Turns of a worker, which are what a kill may fall into, take a few hundred lines each.
_LINES_FOR_A_KILL = 400
_RECORDED = (
    "SELECT count(*), count(DISTINCT evidence_key) FROM consent_record WHERE account_sid = :account"
    " AND import_id = :number"
)
_UNSEALED = "SELECT count(*) FROM consent_record WHERE account_sid = :account AND sealed_at IS NULL"
_IN_FORCE = (
    "SELECT count(*), count(DISTINCT contact_id) FROM consent_state WHERE account_sid = :account AND record_id IN"
    " (SELECT id FROM consent_record WHERE account_sid = :account AND import_id = :number)"
)


def during_import(ground: Ground, runs: int) -> Verdict:
    """K10: killed while lines are looked at, recorded, and what is in force is derived; a next worker goes on."""
    lines = runs * _LINES_FOR_A_KILL
    verdict = Verdict(runs, f"{lines} lines, each recorded once and in force once")
    who = command(ground.account)
    number = imports.stage(ground.database, who, "list.csv", _file(lines))
    workers = ground.workers()
    found = _found(ground, number)
    mapping = {"country": "", "action": "", "purpose": "", "month_first": False, **found.mapping}
    ground.database.write(lambda session: imports.check(session, who, number, mapping))
    kills = _kill(ground, workers, number, runs // 3, "ready")
    ground.database.write(lambda session: imports.apply(session, who, number))
    kills += _kill(ground, workers, number, runs - kills, "applied")
    ground.wait(lambda: _found(ground, number).settled)
    verdict.figure(f"{kills} kills", kills > 0)
    for what, query in (("recorded", _RECORDED), ("in force", _IN_FORCE)):
        counted = ground.books.rows(query, number=number)[0]
        verdict.figure(f"{counted[0]} {what}, of {counted[1]}", tuple(counted) == (lines, lines))
    _judge_ledger(ground, verdict)
    ground.no_workers()
    verdict.judge(ground.look())
    return verdict


def _kill(ground: Ground, workers: Leader, number: int, most: int, until_it_is: str) -> int:
    """Kill the worker each time that the import has got on, as often as wanted, until it is so far."""
    kills, seen = 0, _place(ground, number)
    while seen[0] != until_it_is:
        _wait_until_it_got_on(ground, number, seen)
        seen = _place(ground, number)
        if kills < most and seen[0] != until_it_is:
            for pid in workers.pids():
                workers.kill_one(pid)
                kills += 1
    return kills


def _wait_until_it_got_on(ground: Ground, number: int, seen: tuple[str, int]) -> None:
    ground.wait(lambda: _place(ground, number) != seen)


def _place(ground: Ground, number: int) -> tuple[str, int]:
    found = _found(ground, number)
    return found.state, found.done


def _found(ground: Ground, number: int) -> ConsentImport:
    found = ground.database.read(lambda session: rows.get(session, ground.account, number))
    assert found is not None
    return found


def _file(lines: int) -> io.BytesIO:
    said = "in,marketing,2026-01-05,form,I want news,https://shop.example"
    text = "\n".join(f"+1628{2000000 + line:07d},{said}" for line in range(lines))
    return io.BytesIO(f"Phone,Action,Purpose,Date,Source,Wording,Proof\n{text}".encode())


def _judge_ledger(ground: Ground, verdict: Verdict) -> None:
    def is_sealed() -> bool:
        return not ground.books.rows(_UNSEALED)[0][0]

    ground.wait(is_sealed)
    key = checkpoints.signer(load(ground.stand.env, os.devnull)).verifier
    try:
        ground.database.read(lambda session: verify(session, ground.account, [key]))
        verdict.figure("the ledger verifies")
    except LedgerBroken as error:
        verdict.figure(str(error), False)


SCENARIOS = [Scenario("K10", "the worker dies amid an import of consents", during_import, 60, 3)]
