"""What each command gives the product as its environment."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from app import environment
from bin.launch.environment import for_command, for_demo, for_serve

REAL = "AC" + "1" * 32


@pytest.fixture
def env_file(tmp_path: Path) -> Path:
    """A real account's `.env` in an otherwise empty project's folder."""
    file = tmp_path / ".env"
    file.write_text(f"TWILIO_ACCOUNT_SID={REAL}\nDATABASE_URL=sqlite:///real.db\nDATA_DIR=data\nPORT=9000\n")
    return file


def test_the_demo_can_start_with_nothing_set(tmp_path: Path) -> None:
    loaded = environment.load(for_demo({}, tmp_path), env_file=tmp_path / ".env")
    assert loaded.public_base_url == "http://127.0.0.1:8000"
    assert loaded.twilio_api_base_url == "http://127.0.0.1:8001"
    assert loaded.database == f"sqlite:///{tmp_path}/var/switchboard.db"


def test_the_demos_account_stays_the_same_and_is_its_owners_alone(tmp_path: Path) -> None:
    assert for_demo({}, tmp_path) == for_demo({}, tmp_path)
    assert stat.S_IMODE((tmp_path / "var" / "demo.env").stat().st_mode) == 0o600


def test_what_is_set_wins_over_the_demos(tmp_path: Path) -> None:
    env = for_demo({"PORT": "8800", "SIMULATOR_PORT": "8801", "TWILIO_AUTH_TOKEN": "mine"}, tmp_path)
    assert env["PUBLIC_BASE_URL"] == "http://127.0.0.1:8800"
    assert env["TWILIO_API_BASE_URL"] == "http://127.0.0.1:8801"
    assert env["TWILIO_AUTH_TOKEN"] == "mine"


def test_the_demo_never_reaches_the_real_account(env_file: Path) -> None:
    loaded = environment.load(for_demo({}, env_file.parent), env_file=env_file)
    assert loaded.twilio_account_sid != REAL
    assert loaded.database == f"sqlite:///{env_file.parent}/var/switchboard.db"
    assert loaded.port == 8000


def test_serve_takes_the_environment_over_the_file(env_file: Path) -> None:
    env = for_serve({"PORT": "9001"}, env_file.parent)
    assert (env["TWILIO_ACCOUNT_SID"], env["PORT"]) == (REAL, "9001")


def test_relative_paths_begin_at_the_projects_folder(env_file: Path) -> None:
    root = env_file.parent
    env = for_serve({"MEDIA_STORE": "file:media", "SPOOL_DIR": "spool"}, root)
    assert env["DATABASE_URL"] == f"sqlite:///{root}/real.db"
    assert env["DATA_DIR"] == f"{root}/data"
    assert env["MEDIA_STORE"] == f"file:{root}/media"
    assert env["SPOOL_DIR"] == f"{root}/spool"


def test_commands_act_on_the_demo_where_there_is_nothing_else(tmp_path: Path) -> None:
    assert "TWILIO_ACCOUNT_SID" not in for_command({}, tmp_path)
    assert for_demo({}, tmp_path) == for_command({}, tmp_path)


def test_commands_act_on_the_real_account_once_it_is_set(env_file: Path) -> None:
    for_demo({}, env_file.parent)
    assert for_command({}, env_file.parent)["TWILIO_ACCOUNT_SID"] == REAL
