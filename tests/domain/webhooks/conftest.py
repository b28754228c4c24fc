"""An installation with an archive in a folder, where a test asks for one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.domain.webhooks.archive import Archive
from app.settings import Settings
from app.store.database import Database
from app.worker.jobs import Jobs
from tests.domain.webhooks.archiving import archive_of, in_folder, jobs_of


@pytest.fixture
def settings(make_settings: Callable[..., Settings], tmp_path: Path) -> Settings:
    """Settings with ARCHIVE_KEY."""
    return in_folder(make_settings, tmp_path)


@pytest.fixture
def archive(database: Database, settings: Settings) -> Archive:
    """The archive of these settings."""
    return archive_of(settings, database)


@pytest.fixture
def jobs(database: Database, settings: Settings) -> Jobs:
    """The clock's jobs with these settings."""
    return jobs_of(settings, database)
