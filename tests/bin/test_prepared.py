"""When a demo's database need not be looked at again."""

from __future__ import annotations

from pathlib import Path

import pytest

from bin.launch.prepared import is_prepared, mark_prepared


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """A demo's environment, with a database file."""
    (tmp_path / "switchboard.db").touch()
    return {"DATA_DIR": str(tmp_path), "TWILIO_ACCOUNT_SID": "AC1"}


def test_what_was_marked_is_prepared(env: dict[str, str]) -> None:
    assert not is_prepared(env)
    mark_prepared(env)
    assert is_prepared(env)


def test_another_file_or_account_is_not(env: dict[str, str], tmp_path: Path) -> None:
    mark_prepared(env)
    assert not is_prepared({**env, "TWILIO_ACCOUNT_SID": "AC2"})
    (tmp_path / "switchboard.db").rename(tmp_path / "old.db")
    assert not is_prepared(env)
    (tmp_path / "switchboard.db").touch()
    assert not is_prepared(env)


def test_a_database_on_a_server_never_is(env: dict[str, str]) -> None:
    env["DATABASE_URL"] = "postgres://127.0.0.1/switchboard"
    mark_prepared(env)
    assert not is_prepared(env)
