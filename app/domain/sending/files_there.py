"""The last look before a call: whether the files that Twilio will come for can be read just now."""

from __future__ import annotations

from urllib.parse import urlsplit

import structlog

from app.domain.media.grants import MediaLinks
from app.gateways.media_store import MediaMissing, MediaStore
from app.gateways.twilio.outcomes import FILE_AWAY, Answer, NotSent, Outgoing, ResponseDetails, Twilio
from app.store.database import Database
from app.store.errors import DatabaseUnavailable
from app.store.media import hosted as hosted_files

log = structlog.get_logger()


class FilesThere:
    """Twilio, called only while the media store gives the message's files: nothing is sent with a dead URL."""

    def __init__(self, twilio: Twilio, database: Database, store: MediaStore, links: MediaLinks) -> None:
        self._twilio = twilio
        self._database = database
        self._store = store
        self._links = links

    def create(self, outgoing: Outgoing) -> Answer:
        """Call Messages create, or leave it undone and say so; it is tried again later."""
        if not all(self._is_there(outgoing.account_sid, url) for url in outgoing.media_urls):
            log.warning("sender.file_away", message=outgoing.message_id)
            return NotSent(ResponseDetails(error_message=FILE_AWAY))
        return self._twilio.create(outgoing)

    def _is_there(self, account_sid: str, url: str) -> bool:
        prefix = f"{self._links.base}/media/temp/"
        grant_id = self._links.grant_of(urlsplit(url).path.split("/")[-2]) if url.startswith(prefix) else None
        if grant_id is None:
            return True
        try:
            granted = self._database.read(lambda session: hosted_files.granted(session, account_sid, grant_id))
            if granted is not None:
                self._store.open(account_sid, granted.key).stream.close()
        except (MediaMissing, OSError, DatabaseUnavailable):
            return False
        return granted is not None
