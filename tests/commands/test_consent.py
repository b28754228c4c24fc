"""`bin/switchboard consent`: the key, the check of all, exports, and a sheet that is checked elsewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from app import environment
from app.commands import consent_faults
from app.domain.consent import seal, verify
from app.store.database import Database
from app.store.tables import Audit, ConsentCheckpoint, ConsentRecord
from app.worker.consent_jobs import ConsentJobs
from tests.commands.conftest import Run
from tests.domain.consent.sealing import add_records
from tests.support.cast import ACCOUNT, AVA, only, rows
from tests.support.rewriting import rewrite


@pytest.fixture
def worker(database: Database, command_env: dict[str, str], tmp_path: Path) -> ConsentJobs:
    """A worker's jobs, with a folder elsewhere."""
    env = {**command_env, "CONSENT_CHECKPOINT_TO": str(tmp_path / "elsewhere")}
    return ConsentJobs(environment.load(env, env_file="/dev/null"), database)


def test_what_is_whole_passes_and_what_is_not_is_named(
    switchboard: Run, database: Database, worker: ConsentJobs, tmp_path: Path
) -> None:
    add_records(database, 3)
    for job, _ in worker.all():
        job()
    add_records(database, 1)
    (kept,) = (tmp_path / "elsewhere").iterdir()
    done = switchboard("consent", "verify", "--checkpoint", str(kept))
    assert (done.code, done.err) == (0, "")
    assert "Records as they were sealed: 3," in done.out
    assert "Records not sealed yet: 1." in done.out
    record = rows(database, ConsentRecord)[1]
    rewrite(database, record, proof="Never said")
    done = switchboard("consent", "verify")
    assert (done.code, done.out) == (1, "")
    assert record.record_id in done.err


def test_a_changed_key_is_told_and_the_old_one_may_be_named(
    switchboard: Run, database: Database, worker: ConsentJobs
) -> None:
    add_records(database, 1)
    worker.seal_consent()
    key = switchboard("consent", "key").out.strip()
    assert key.startswith(f"switchboard/consent/{ACCOUNT}+")
    other = {"SECRET_KEY": "another-key-that-only-the-tests-ever-use-0123"}
    done = switchboard("consent", "verify", **other)
    assert done.code == 1
    assert "--key" in done.err
    assert switchboard("consent", "verify", "--key", key, **other).code == 0
    assert switchboard("consent", "key", **other).out.strip() != key
    given = {"CONSENT_KEY": "A" * 43 + "="}
    assert switchboard("consent", "key", **given, **other).out == switchboard("consent", "key", **given).out


def test_a_sheet_is_checked_elsewhere_with_nothing_but_the_key(
    switchboard: Run, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command_env: dict[str, str]
) -> None:
    add_records(database, 2, proof="\u00c4rger &\r\nmore")
    made = switchboard("consent", "export", "--format", "sheet", "--address", AVA.removeprefix("whatsapp:"))
    assert (made.code, made.err) == (0, "")
    assert only(database, Audit, verb="consent.export").actor_kind == "command"
    key = switchboard("consent", "key").out.strip()
    file = tmp_path / "sheet.html"
    file.write_bytes(made.out.encode())
    # Another machine: no setting is set, and there is no .env.
    command_env.clear()
    monkeypatch.setattr(environment.load, "__defaults__", (None, tmp_path / "none"))
    assert switchboard("consent", "key").code == 1
    done = switchboard("consent", "verify", "--sheet", str(file), "--key", key)
    assert (done.code, done.err) == (0, "")
    assert "Records proven to be in it: 2." in done.out
    file.write_bytes(made.out.replace("given", "taken").encode())
    done = switchboard("consent", "verify", "--sheet", str(file), "--key", key)
    assert (done.code, done.out) == (1, "")
    assert "changed after it was signed" in done.err
    assert switchboard("consent", "verify", f"--sheet={file}", "--key", key).err == done.err
    assert switchboard("consent", "verify", "--sheet", str(file)).code == 1
    assert switchboard("consent", "verify", "--sheet", str(file), "--key", "none").code == 1


def test_every_fault_has_its_words() -> None:
    folder = Path(verify.__file__).parent
    codes = {
        name: set(re.findall(rf'{name}\("(\w+)"', "".join(file.read_text() for file in folder.glob("*.py"))))
        for name in ("LedgerBroken", "SheetInvalid", "NoteInvalid")
    }
    assert codes["LedgerBroken"] == set(consent_faults.LEDGER)
    assert codes["SheetInvalid"] | codes["NoteInvalid"] == set(consent_faults.SHEET)


def test_the_ledger_is_exported(switchboard: Run, database: Database) -> None:
    add_records(database, 2)
    seal.seal_new(database, ACCOUNT)
    assert len(switchboard("consent", "export", "--format", "csv").out.splitlines()) == 3
    found = json.loads(switchboard("consent", "export", "--format", "iso27560", "--address", AVA).out)
    assert [record["@type"] for record in found] == ["dpv:ConsentRecord"] * 2
    assert switchboard("consent", "export", "--format", "json", "--address", "+14155550199").code == 1
    assert switchboard("consent", "export", "--format", "sheet").code == 1


def test_a_worker_seals_signs_and_sends_and_a_second_one_changes_nothing(
    database: Database, worker: ConsentJobs
) -> None:
    add_records(database, 2)
    for _ in range(2):
        for job, _period in worker.all():
            job()
    row = only(database, ConsentCheckpoint)
    assert (row.size, row.daily, row.tries) == (2, True, 1)
    assert row.sent_at is not None
