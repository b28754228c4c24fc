"""The webhooks of a person in the encrypted archive: each batch that has some is written again without them."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from app.domain.clock import now
from app.domain.privacy.mentions import Mentions
from app.domain.privacy.spooled import keys_of
from app.domain.webhooks.archive import FOLDER, Archive
from app.domain.webhooks.webhook import Webhook
from app.gateways.encryption import SealBroken
from app.gateways.media_store import MediaMissing, MediaStore
from app.store.database import Database, Session
from app.store.privacy import messages, scans


class NotReadable(Exception):
    """A batch was sealed with another key."""


def anything(store: MediaStore, account_sid: str) -> bool:
    """True when there is an archive."""
    return bool(store.keys(account_sid, FOLDER))


def forget_next(database: Database, archive: Archive, addresses: Collection[str], after: str) -> tuple[str, int]:
    """Look through the next batch; returns its key, '' after the last one, and how many webhooks went.

    Raises NotReadable.
    """
    account_sid = archive.account_sid
    key = next((one for one in archive.store.keys(account_sid, FOLDER) if one > after), "")
    if not key:
        return "", 0
    try:
        found = archive.batch(key)
    except MediaMissing:
        return key, 0
    except SealBroken:
        raise NotReadable(key) from None
    named = Mentions(addresses)
    erased = database.read(lambda session: scans.erased_keys(session, account_sid, [webhook.key for webhook in found]))
    theirs = [one for one in found if one.key in erased or named.in_form(one.pairs)]
    if theirs:
        database.write(partial(_erase, account_sid=account_sid, webhooks=theirs))
        archive.rewrite(key, [one for one in found if one not in theirs])
    return key, len(theirs)


def _erase(session: Session, account_sid: str, webhooks: list[Webhook]) -> None:
    """Of those that the journal has lost, or never had, the keys are kept too."""
    messages.forget_forms(session, account_sid, scans.ids_of_keys(session, account_sid, [one.key for one in webhooks]))
    messages.keep_keys(session, account_sid, sorted({key for one in webhooks for key in keys_of(one)}), now())
