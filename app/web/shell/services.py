"""What the web process holds for as long as it runs, and how a request reaches it."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app

from app.domain.media.store import media_store_for
from app.domain.sending.fetch_recorder import FetchRecorder
from app.domain.worker_watch import WorkerWatch
from app.gateways.media_store import MediaStore
from app.gateways.public_url import PublicUrl
from app.gateways.twilio.content import TwilioContent
from app.gateways.twilio.senders import TwilioSenders
from app.settings import Settings
from app.store.database import Database
from app.store.spool import Spool


@dataclass(frozen=True)
class Services:
    """Settings, database, media store, spool (None where no disk stays), Twilio's contents and senders.

    `fetches` writes down who fetched our files; `public_url` asks for somebody else's.
    `worker_watch` knows whether a worker lives.
    """

    settings: Settings
    database: Database
    media_store: MediaStore
    spool: Spool | None
    contents: TwilioContent
    senders: TwilioSenders
    fetches: FetchRecorder
    public_url: PublicUrl
    worker_watch: WorkerWatch

    @classmethod
    def build(cls, settings: Settings, database: Database) -> Services:
        """Put the services together; opens nothing more."""
        spool = Spool(settings.spool) if settings.spool else None
        media = media_store_for(settings, database)
        twilio = (TwilioContent(settings), TwilioSenders(settings))
        return cls(
            settings, database, media, spool, *twilio, FetchRecorder(database), PublicUrl(), WorkerWatch(database)
        )


def services(app: Flask | None = None) -> Services:
    """The services of `app`, or of the application that serves this request."""
    found: Services = (app or current_app).extensions["services"]
    return found
