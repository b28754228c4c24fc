"""The kinds of what is deleted after its time: for how long each is kept, how it is found, and how it is deleted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from app.domain.media import arrivals
from app.domain.webhooks.archive import FOLDER
from app.gateways.media_store import MediaStore
from app.settings import Settings
from app.store.database import Database, Session
from app.store.retention import addresses, lists, media, oldest_first, raw_forms, texts
from app.store.retention.looked import Looked

# The setting of each kind, in the order in which they are deleted.
SETTINGS = {
    "texts": "message_text_days",
    "addresses": "message_days",
    "media": "media_days",
    "raw_forms": "raw_form_days",
    "archive": "archive_days",
    "feed": "feed_days",
    "api_answers": "api_answer_days",
    "run_lists": "run_list_days",
    "import_lists": "import_list_days",
}
# Rows of one transaction: a few milliseconds, so that no webhook waits for longer.
CHUNK = 200
# Files are deleted before their rows, and a file takes longer than a row.
_FEW = 50


@dataclass(frozen=True)
class Kind:
    """One kind. `days` is 0 where it is kept for ever.

    `look` reads what is older than a moment, on from where the last look ended; `remove` deletes files, and `delete`
    the rows, in a transaction of the caller's. Both may happen twice.
    """

    name: str
    days: int
    look: Callable[[datetime, Any], Looked]
    delete: Callable[[Session, Looked, datetime], int]
    remove: Callable[[Looked], None] = lambda _looked: None

    def before(self, at: datetime) -> datetime | None:
        """What was recorded before then has had its time; None where it is kept for ever."""
        return at - timedelta(days=self.days) if self.days else None


def days_of(settings: Settings, name: str) -> int:
    """For how many days a kind is kept; 0 for ever. A message's addresses are not deleted before its text."""
    days: int = getattr(settings, SETTINGS[name])
    if name != "addresses":
        return days
    return max(days, settings.message_text_days) if days and settings.message_text_days else 0


def kinds(database: Database, settings: Settings, store: MediaStore) -> list[Kind]:
    """Every kind of an installation, in the order of SETTINGS."""
    account_sid = settings.twilio_account_sid
    reading = partial(_reading, database, account_sid)
    whole_rows = partial(_named, database, settings, oldest_first)
    lines = partial(_named, database, settings, lists)
    return [
        Kind(
            "texts",
            settings.message_text_days,
            reading(texts.look),
            lambda session, looked, at: texts.delete(session, account_sid, looked, at),
        ),
        Kind(
            "addresses",
            days_of(settings, "addresses"),
            reading(addresses.look),
            lambda session, looked, _: addresses.delete(session, account_sid, looked),
        ),
        Kind(
            "media",
            settings.media_days,
            reading(media.look, limit=_FEW),
            lambda session, looked, _: media.delete(session, account_sid, looked),
            lambda looked: _remove(
                store, account_sid, [kept for _, key in looked.old for kept in arrivals.keys_of(key)]
            ),
        ),
        Kind(
            "raw_forms",
            settings.raw_form_days,
            reading(raw_forms.look, archived_only=bool(settings.archive_key)),
            lambda session, looked, _: raw_forms.delete(session, account_sid, looked),
        ),
        _archive(settings, store),
        whole_rows("feed"),
        whole_rows("api_answers"),
        lines("run_lists"),
        lines("import_lists"),
    ]


def _named(database: Database, settings: Settings, rows: Any, name: str) -> Kind:
    """A kind among several that `rows` finds and deletes alike."""
    account_sid = settings.twilio_account_sid

    def delete(session: Session, looked: Looked, at: datetime) -> int:
        return int(rows.delete(session, account_sid, name, looked, at))

    return Kind(name, days_of(settings, name), _reading(database, account_sid, rows.look, kind=name), delete)


def _archive(settings: Settings, store: MediaStore) -> Kind:
    account_sid = settings.twilio_account_sid
    return Kind(
        "archive",
        settings.archive_days,
        lambda before, after: _archived(store, account_sid, before, after),
        lambda _session, looked, _at: len(looked.old),
        lambda looked: _remove(store, account_sid, looked.old),
    )


def _reading(
    database: Database, account_sid: str, look: Callable[..., Looked], **more: Any
) -> Callable[[datetime, Any], Looked]:
    return lambda before, after: database.read(
        lambda session: look(session, account_sid, before=before, after=after, **{"limit": CHUNK, **more})
    )


def _remove(store: MediaStore, account_sid: str, keys: Any) -> None:
    for key in keys:
        store.delete(account_sid, key)


def _archived(store: MediaStore, account_sid: str, before: datetime, after: Any) -> Looked:
    """The archive's files that were written before then, all of them at once."""
    keys = store.keys(account_sid, FOLDER, before) if after is None else []
    oldest = datetime.fromisoformat(keys[0].split("/")[1]).replace(tzinfo=UTC) if keys else None
    return Looked(keys, oldest, {}, len(keys) or None)
