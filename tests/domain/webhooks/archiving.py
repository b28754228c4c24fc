"""An archive of a test's own, and a journal that is old, or lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import col

from app.domain.clock import now
from app.domain.media.store import media_store_for
from app.domain.webhooks.archive import Archive
from app.domain.webhooks.webhook import Webhook
from app.gateways.encryption import Seal, new_key
from app.gateways.twilio.media import TwilioMedia
from app.gateways.twilio.records import TwilioRecords
from app.settings import Settings
from app.store.database import Database, Session
from app.store.tables import FeedEvent, Journal, Message, StatusEvent
from app.worker.jobs import Jobs
from tests.support.cast import ACCOUNT, rows
from tests.support.rewriting import rewrite

LATER = timedelta(days=30)


def settings_with(make_settings: Callable[..., Settings], store: str) -> Settings:
    """Settings with an archive in this MEDIA_STORE."""
    return make_settings(TWILIO_ACCOUNT_SID=ACCOUNT, MEDIA_STORE=store, ARCHIVE_KEY=new_key(), RAW_FORM_DAYS="14")


def in_folder(make_settings: Callable[..., Settings], folder: Path) -> Settings:
    """Settings with an archive in a folder."""
    return settings_with(make_settings, f"file:{folder / 'media'}")


def archive_of(settings: Settings, database: Database) -> Archive:
    """The archive that the settings ask for."""
    return Archive(media_store_for(settings, database), Seal(settings.archive_key), ACCOUNT)


def jobs_of(settings: Settings, database: Database) -> Jobs:
    """The clock's jobs. Those of the archive ask nobody outside."""
    source, records = TwilioMedia(settings), TwilioRecords(settings)
    return Jobs(settings, database, "worker:test", source, records, media_store_for(settings, database))


def age(database: Database, by: timedelta = timedelta(minutes=2)) -> None:
    """As if all that is in the journal had been recorded that long ago."""
    for row in rows(database, Journal):
        rewrite(database, row, recorded_at=now() - by)


def purge(jobs: Jobs) -> None:
    """Delete what has had its time, though the day isn't over."""
    assert jobs._retention.run() is not None


def everything(_: Webhook) -> bool:
    """Every webhook is wanted."""
    return True


def lose(session: Session) -> None:
    """The journal, the messages and the statuses are lost; contacts and conversations are there."""
    for table in (FeedEvent, StatusEvent, Message, Journal):
        session.execute(sa.delete(table).where(col(table.account_sid) == ACCOUNT))
