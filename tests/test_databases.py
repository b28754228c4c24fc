"""The databases that tests are given."""

from __future__ import annotations

import socket

import pytest
import sqlalchemy as sa

from app.store.database import plain_engine
from tests.support.network import OutsideConnection


def test_each_test_gets_a_migrated_database_without_rows(database_url: str) -> None:
    engine = plain_engine(database_url)
    assert "alembic_version" in sa.inspect(engine).get_table_names()
    engine.dispose()


def test_an_empty_database_has_no_table(empty_database_url: str) -> None:
    engine = plain_engine(empty_database_url)
    assert sa.inspect(engine).get_table_names() == []
    engine.dispose()


def test_no_test_reaches_another_machine() -> None:
    with socket.socket() as outside, pytest.raises(OutsideConnection):
        outside.connect(("192.0.2.1", 80))
