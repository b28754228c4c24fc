"""`privacy export` and `privacy erase`, as they are run."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from app.store.database import Database
from app.store.tables import Audit, ErasedAddress, Message
from tests.commands.conftest import Run
from tests.support.cast import AVA, hear, only, rows

# What they write is made of what other tests read on both databases.
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@ON_SQLITE
def test_everything_about_one_person_goes_to_a_file(switchboard: Run, database: Database, tmp_path: Path) -> None:
    hear(database, "Is it ready?")
    done = switchboard("privacy", "export", "--address", AVA.removeprefix("whatsapp:"), "--to", str(tmp_path))
    assert (done.code, done.err) == (0, "")
    (file,) = tmp_path.glob("person-*.zip")
    assert str(file) in done.out
    told = json.loads(zipfile.ZipFile(file).read("person.json"))
    assert told["conversations"][0]["messages"][0]["body"] == "Is it ready?"
    assert only(database, Audit, verb="privacy.export").actor_kind == "command"
    done = switchboard("privacy", "export", "--address", "+14155550199")
    assert (done.code, done.out) == (1, "")
    assert "+14155550199" in done.err


@ON_SQLITE
def test_an_erasure_is_told_first_and_done_with_yes(switchboard: Run, database: Database) -> None:
    message = hear(database, "STOP")
    number = AVA.removeprefix("whatsapp:")
    done = switchboard("privacy", "erase", "--address", number)
    assert (done.code, done.err) == (0, "")
    assert "messages: 2, of which 1 wait" in done.out
    assert "opt-outs: 1." in done.out
    assert only(database, Message, id=message.id).body == "STOP"
    done = switchboard("privacy", "erase", "--address", number, "--yes")
    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("They are erased.\n")
    assert only(database, Message, id=message.id).body == ""
    assert {row.key_version[:2] for row in rows(database, ErasedAddress)} == {"s-"}
    assert switchboard("privacy", "erase", "--address", number, "--yes").code == 1
    verified = switchboard("consent", "verify")
    assert (verified.code, verified.err) == (0, "")
    assert "of which erased: 1." in verified.out
