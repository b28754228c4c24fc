"""Settings: read once, all faults named at once, secrets kept."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.environment import SettingsError, load
from app.settings import Settings

Make = Callable[..., Settings]


def test_every_fault_is_named_at_once() -> None:
    wrong = {
        "TWILIO_ACCOUNT_SID": "AC123",
        "TWILIO_API_KEY_SID": "SK1",
        "PUBLIC_BASE_URL": "http://console.example.com",
        "SECRET_KEY": "short",
        "DATABASE_URL": "mysql://db",
        "MEDIA_STORE": "ftp://files",
        "LOG_LEVEL": "loud",
        "PORT": "eighty",
        "BIND": "everywhere",
        "WEB_CONCURRENCY": "0",
        "TWILIO_MESSAGING_SERVICE_SID": "MG1",
    }
    with pytest.raises(SettingsError) as refused:
        load(wrong, os.devnull)
    message = str(refused.value)
    for name in (*wrong, "TWILIO_AUTH_TOKEN", "TWILIO_API_KEY_SECRET"):
        assert name in message
    assert "short" not in message.split("SECRET_KEY")[1].splitlines()[0].replace("too short", "")


def test_an_empty_environment_names_what_is_missing() -> None:
    with pytest.raises(SettingsError) as refused:
        load({}, os.devnull)
    for name in ("TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "PUBLIC_BASE_URL", "SECRET_KEY", "TWILIO_WHATSAPP_FROM"):
        assert name in str(refused.value)


def test_blanks_around_a_value_are_none_of_it(make_settings: Make) -> None:
    settings = make_settings(PUBLIC_BASE_URL=" https://x.example/ \n", TWILIO_AUTH_TOKEN="a-token\t", PORT=" 9000 ")
    assert (settings.public_base_url, settings.twilio_auth_token, settings.port) == (
        "https://x.example",
        "a-token",
        9000,
    )
    assert make_settings(DATABASE_URL="  ").database.startswith("sqlite:///")


def test_an_empty_value_counts_as_unset(make_settings: Make) -> None:
    assert make_settings(DATABASE_URL="", MEDIA_STORE="", PORT="").port == 8000


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://localhost", "http://[::1]:8000", "https://x.example"])
def test_a_public_url_is_https_or_on_loopback(make_settings: Make, url: str) -> None:
    assert make_settings(PUBLIC_BASE_URL=f"{url}/").public_base_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://console.example.com",
        "http://10.0.0.1",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "ftp://127.0.0.1",
        "console.example.com",
        "https://",
        "https://x.example/?a=1",
        "https://[x",
        "https://x.example:99999",
        "https://x.example:port",
        "https://x .example",
        "https://x.example/\u202e",
        "https://bücher.example",
    ],
)
def test_any_other_public_url_is_refused(make_settings: Make, url: str) -> None:
    with pytest.raises(SettingsError, match="PUBLIC_BASE_URL"):
        make_settings(PUBLIC_BASE_URL=url)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_name_of_postgresql_is_understood(make_settings: Make, scheme: str) -> None:
    settings = make_settings(DATABASE_URL=f"{scheme}://user:pw@db/x")
    assert settings.database == "postgresql+psycopg://user:pw@db/x"


def test_without_a_database_url_there_is_a_file_in_the_data_folder(make_settings: Make, tmp_path: Path) -> None:
    assert make_settings(DATA_DIR=str(tmp_path)).database == f"sqlite:///{tmp_path}/switchboard.db"


def test_a_dyno_has_no_spool_unless_told(make_settings: Make, tmp_path: Path) -> None:
    assert make_settings(DYNO="web.1").spool is None
    assert make_settings(DYNO="web.1", SPOOL_DIR=str(tmp_path)).spool == tmp_path
    assert make_settings(DATA_DIR=str(tmp_path)).spool == tmp_path / "spool"


def test_nothing_secret_shows(make_settings: Make) -> None:
    secrets = {
        "TWILIO_AUTH_TOKEN": "primary-token-0123456789",
        "TWILIO_AUTH_TOKEN_SECONDARY": "secondary-token-0123456789",
        "TWILIO_WEBHOOK_SHARED_KEYS": "shared-key-0123456789",
        "TWILIO_API_KEY_SID": "SK0123456789",
        "TWILIO_API_KEY_SECRET": "key-secret-0123456789",
        "SECRET_KEY": "a-secret-key-that-is-long-enough-0123456789",
        "DATABASE_URL": "postgres://user:database-password@db/x",
        "METRICS_TOKEN": "metrics-token-0123456789",
    }
    shown = repr(make_settings(**secrets)) + str(make_settings(**secrets))
    for secret in (*secrets.values(), "database-password"):
        assert secret not in shown or secret == "SK0123456789"


def test_a_fault_does_not_repeat_a_secret(environment: dict[str, str]) -> None:
    with pytest.raises(SettingsError) as refused:
        load({**environment, "SECRET_KEY": "hunter2", "DATABASE_URL": "mysql://user:hunter3@db"}, os.devnull)
    assert "hunter" not in str(refused.value)


def test_settings_can_not_be_changed(make_settings: Make) -> None:
    with pytest.raises(ValueError, match="frozen"):
        make_settings().port = 1


def test_the_environment_wins_over_the_file(environment: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("PORT=9000\nLOG_LEVEL=debug\n")
    settings = load({**environment, "PORT": "9001"}, file)
    assert (settings.port, settings.log_level) == (9001, "DEBUG")


def test_a_number_may_leave_out_whatsapp(make_settings: Make) -> None:
    assert make_settings(TWILIO_WHATSAPP_FROM="+14155238886").twilio_whatsapp_from == "whatsapp:+14155238886"
