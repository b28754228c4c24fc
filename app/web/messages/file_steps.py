"""How a message's files came, try by try, and what warned of those that were to go, as its timeline shows it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from app.domain.media.files import referred
from app.domain.media.preflight import subject_of
from app.store.database import Session
from app.store.media import checks
from app.store.media import inbound as inbound_media
from app.store.tables import InboundMediaTry, Message
from app.web.words.file_failures import file_failure
from app.web.words.gettext import _
from app.web.words.preflight import preflight_warning


def file_steps(session: Session, account_sid: str, message_id: int) -> Iterator[tuple[str, str, datetime, str]]:
    """Icon, what happened, when it ended, and what is to know of it."""
    files = inbound_media.of_message(session, account_sid, message_id)
    tries = inbound_media.tries(session, account_sid, [row.id or 0 for row in files])
    for row in files:
        name = _("file %(number)d", number=row.position + 1) if len(files) > 1 else _("the file")
        for number, one in enumerate(tries[row.id or 0], start=1):
            yield _step(one, number, name)


def check_steps(session: Session, message: Message) -> Iterator[tuple[str, str, datetime, str]]:
    """Icon, what the preflight warned of, and when; of files of others that the message takes along."""
    theirs = {subject_of(url) for url in message.media_urls if referred(url) is None}
    for check in checks.of_subjects(session, message.account_sid, theirs, "").values():
        if check.warning:
            yield "info", preflight_warning(check.warning).what, check.checked_at, ""


def _step(one: InboundMediaTry, number: int, name: str) -> tuple[str, str, datetime, str]:
    ended = one.occurred_at + timedelta(milliseconds=one.milliseconds)
    took = _("try %(number)d, %(ms)d ms", number=number, ms=one.milliseconds)
    if not one.reason:
        return "file", _("Fetched %(name)s from Twilio", name=name), ended, took
    if one.reason == "not_there_yet":
        return "clock", _("Twilio did not have %(name)s yet (404)", name=name), ended, took
    return "failed", _("Could not fetch %(name)s", name=name), ended, f"{took} · {file_failure(one.reason).what}"
