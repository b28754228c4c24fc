"""Webhooks while the database is away: 200 when the spool has them, 503 when nothing has, never 429."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.application import create_app
from app.domain.webhooks.intake import drain
from app.settings import Settings
from app.store.database import Database, connect
from app.store.tables import Message
from app.web.shell.services import Services
from tests.support.cast import begin, inbound_form, rows, status_form
from tests.support.twilio import Twilio

NOWHERE = "postgres://postgres@127.0.0.1:1/none"
Make = Callable[..., Settings]
Through = Callable[[Flask], Flask]


@pytest.fixture
def in_trouble(make_settings: Make, through: Through) -> Iterator[Callable[..., Twilio]]:
    """`in_trouble(SETTING=…)`: an application whose database can't be reached."""
    made: list[Twilio] = []

    def make(**changed: str) -> Twilio:
        settings = make_settings(**{**Twilio.SETTINGS, "DATABASE_URL": NOWHERE, **changed})
        made.append(Twilio(through(create_app(settings))))
        return made[-1]

    yield make
    for twilio in made:
        twilio.database.close()


def test_a_webhook_waits_in_the_spool_and_is_answered(in_trouble: Callable[..., Twilio], database: Database) -> None:
    twilio = in_trouble()
    assert twilio.inbound(inbound_form(Body="Anybody there?")).status_code == 200
    assert twilio.status(status_form("SM" + "1" * 32, "sent")).status_code == 204
    held: Services = twilio.application.extensions["services"]
    assert held.spool is not None
    assert drain(database, held.spool) == 2
    assert [row.body for row in rows(database, Message)] == ["Anybody there?"]


def test_on_a_dyno_nothing_is_called_safe(in_trouble: Callable[..., Twilio]) -> None:
    twilio = in_trouble(DYNO="web.1")
    assert twilio.inbound(inbound_form()).status_code == 503


def test_a_spool_whose_disk_fails_is_answered_503(in_trouble: Callable[..., Twilio], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    twilio = in_trouble(SPOOL_DIR=str(tmp_path / "file"))
    assert twilio.inbound(inbound_form()).status_code == 503


def test_a_refused_webhook_is_not_spooled(in_trouble: Callable[..., Twilio], tmp_path: Path) -> None:
    twilio = in_trouble(SPOOL_DIR=str(tmp_path / "spool"))
    assert twilio.post("/twilio/inbound", inbound_form(), token="wrong").status_code == 403
    assert not (tmp_path / "spool").exists() or os.listdir(tmp_path / "spool") == []


def test_health_says_so_instead_of_failing(
    in_trouble: Callable[..., Twilio], capsys: pytest.CaptureFixture[str]
) -> None:
    answer = in_trouble().application.test_client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json is not None
    assert [why["code"] for why in answer.json["why"]] == ["database_unreachable"]
    # What the database said names its host and user: that is for who reads the log.
    assert "127.0.0.1" not in answer.text
    assert "127.0.0.1" in capsys.readouterr().out


def test_the_database_comes_back(database_url: str, make_settings: Make, through: Through) -> None:
    twilio = Twilio(through(create_app(make_settings(**{**Twilio.SETTINGS, "DATABASE_URL": database_url}))))
    begin(twilio.database)
    assert twilio.inbound(inbound_form()).status_code == 200
    other = connect(database_url)
    assert len(rows(other, Message)) == 1
    other.close()
    twilio.database.close()
