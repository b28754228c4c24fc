"""What is kept of a template when a message uses it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.domain.templates import rendering
from app.store.database import Session
from app.store.templates import rows


def use(session: Session, account_sid: str, sid: str, values: Iterable[tuple[str, str]], at: datetime) -> str:
    """The text that the customer gets, to be kept with the message; '' of a template that isn't known here."""
    template = rows.by_sid(session, account_sid, sid)
    if template is None:
        return ""
    rows.used(session, template, at)
    return rendering.render(template.content_types, dict(values)).text
