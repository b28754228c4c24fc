"""Commands on a database that has no schema yet, or an earlier version's."""

from __future__ import annotations

import pytest

from app.store.migrate import upgrade
from tests.commands.conftest import Run

COMMANDS = [("agents", "list"), ("agents", "add"), ("messages", "list"), ("webhooks", "replay", "SM1")]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("revision", ["", "0001"])
def test_they_name_what_brings_it_up_to_date(
    switchboard: Run, empty_database_url: str, command: tuple[str, ...], revision: str
) -> None:
    if revision:
        upgrade(empty_database_url, revision)
    done = switchboard(*command, DATABASE_URL=empty_database_url)
    assert (done.code, "bin/switchboard db upgrade" in done.err, done.out) == (1, True, "")
