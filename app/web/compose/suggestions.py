"""The templates that were sent lately, offered where one is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from app.store.database import Session
from app.store.failures import replaceable
from app.store.tables import Message
from app.web.words.gettext import _
from app.web.words.times import short

_PREVIEW_LENGTH = 60


@dataclass(frozen=True)
class Suggestion:
    """A template that was sent before: its SID, and when and as what."""

    content_sid: str
    label: str


def suggestions(session: Session, account_sid: str) -> list[Suggestion]:
    """The templates that this account sent lately."""
    return [Suggestion(message.content_sid, _said(message)) for message in replaceable.lately(session, account_sid)]


def _said(message: Message) -> str:
    said = " ".join(message.body.split())[:_PREVIEW_LENGTH]
    sent = _("sent %(time)s", time=short(message.occurred_at))
    return f"{sent}: {said}" if said else sent
