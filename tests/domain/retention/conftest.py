"""What has had its time, deleted as the worker does it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.domain.media.store import media_store_for
from app.domain.retention.run import Retention
from app.settings import Settings
from app.store.database import Database
from tests.support.cast import ACCOUNT


@pytest.fixture
def settings(make_settings: Callable[..., Settings], tmp_path: Path) -> Settings:
    return make_settings(TWILIO_ACCOUNT_SID=ACCOUNT, MEDIA_STORE=f"file:{tmp_path / 'media'}")


@pytest.fixture
def retain(database: Database, settings: Settings) -> Callable[[], dict[str, Any]]:
    """Delete what has had its time; what was done, by kind."""

    def once() -> dict[str, Any]:
        done = Retention(database, settings, media_store_for(settings, database), "worker:one").run()
        assert done is not None
        assert done.ended_at is not None
        return done.did

    return once
