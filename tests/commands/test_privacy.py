"""`privacy export` and `privacy erase`, as they are run."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from app.store.database import Database
from app.store.tables import Audit
from tests.commands.conftest import Run
from tests.support.cast import AVA, hear, only

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
