"""What may stand in a log of a customer and of a secret."""

from __future__ import annotations

import logging

import pytest

from app.logs import adopt, masked, said_of
from app.store.errors import DatabaseUnavailable


def test_a_log_holds_no_whole_number() -> None:
    line = masked(None, "info", {"event": "from whatsapp:+442079460018 to +14155550132", "tries": 3})
    assert line == {"event": "from whatsapp:+44…18 to +14…32", "tries": 3}


def test_a_log_holds_no_whole_id_of_somebody_without_a_number() -> None:
    line = masked(None, "info", {"to": "whatsapp:US.13491208655302741918"})
    assert line == {"to": "whatsapp:US.13…"}


def test_a_log_holds_no_secret_whatever_it_looks_like() -> None:
    names = ("auth_token", "Authorization", "body", "new_password", "X-Twilio-Signature", "secret_key", "cookie")
    line = masked(None, "info", dict.fromkeys(names, "heron lantern"))
    assert set(line.values()) == {"***"}


def test_a_log_holds_no_number_that_an_address_has_in_percents() -> None:
    line = masked(
        None, "info", {"event": "GET /Messages.json?To=whatsapp%3A%2B442079460018&From=whatsapp%3aUS.134912086"}
    )
    assert line == {"event": "GET /Messages.json?To=whatsapp%3A%2B44…18&From=whatsapp%3aUS.13…"}


def test_an_error_says_what_it_is_and_quotes_no_value() -> None:
    assert said_of(ValueError("invalid literal: 'Ava Souza'")) == "builtins.ValueError"
    assert said_of(KeyError("Ava Souza")) == "builtins.KeyError"
    assert said_of(DatabaseUnavailable("locked")) == "app.store.errors.DatabaseUnavailable: locked"
    assert said_of(AttributeError("'NoneType' object has no attribute 'id'")).endswith("no attribute 'id'")


@pytest.mark.parametrize(
    ("said", "args", "kept"),
    [
        ("Invalid request from ip=10.0.0.1: Invalid HTTP Header: 'Ava Souza'", (), "Invalid request from ip=10.0.0.1"),
        ("Error handling request %s %s", ("GET", "/login/reset/abc?q=Ava"), "Error handling request"),
        ("Booting worker with pid: %s", (7,), "Booting worker with pid: 7"),
    ],
)
def test_the_servers_own_log_quotes_no_head(
    caplog: pytest.LogCaptureFixture, said: str, args: tuple[object, ...], kept: str
) -> None:
    server_log = logging.getLogger("a server of the tests")
    adopt(server_log)
    server_log.warning(said, *args)
    assert caplog.messages == [kept]
