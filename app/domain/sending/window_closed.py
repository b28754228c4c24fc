"""A text that failed because the window was closed is sent by itself once, in the template that an admin named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import structlog

from app.domain import audit
from app.domain.actor import webhook
from app.domain.contacts import addresses
from app.domain.gate.draft import Draft
from app.domain.sending import outbox
from app.domain.templates import languages, rendering, sendable, values
from app.store import contacts
from app.store.database import Session
from app.store.messages import resends
from app.store.tables import Message, Template
from app.store.templates import rows as templates

log = structlog.get_logger()

CODE = "63016"
# A failure that is told later is not worth a message by itself: a person decides.
NEWS_FOR = timedelta(hours=24)
# What a person asked for; answers that nobody asked for are of their moment.
_ORIGINS = ("", "kept_reply")

_held: list[str] = [""]


def use(name: str) -> None:
    """Hold WINDOW_CLOSED_TEMPLATE for as long as the process runs; '' for none."""
    _held[0] = name


@contextmanager
def under(name: str) -> Iterator[None]:
    """Another template for a block."""
    before, _held[0] = _held[0], name
    try:
        yield
    finally:
        _held[0] = before


def send_template(session: Session, message: Message, at: datetime) -> int | None:
    """Send the text of a message that failed so in the template, where one is named and the gate lets it pass.

    It is linked as what the message was sent again as; once, whoever sends it again first.
    """
    if not _held[0] or not _carries_over(message, at):
        return None
    assert message.id is not None
    if resends.resent_as(session, message.account_sid, [message.id]):
        return None
    template = _template_for(session, message)
    if template is None:
        log.warning("window_closed.no_template", name=_held[0], message=message.id)
        return None
    variable = rendering.needed(template.content_types)[0]
    draft = Draft(content_sid=template.sid, content_variables=((variable, values.one_line(message.body)),))
    again = outbox.enqueue_by_itself(
        session, message.account_sid, message.conversation_id, draft, f"again:{message.id}", resend_of=message.id
    )
    if again is not None:
        audit.record(session, webhook(message.account_sid), "message.send", "message", again, rule="ok")
    return again


def _carries_over(message: Message, at: datetime) -> bool:
    text_alone = bool(message.body) and not message.content_sid and not message.num_media
    ours = message.direction == "outbound" and message.kind == "text" and message.origin in _ORIGINS
    return ours and text_alone and at - message.occurred_at < NEWS_FOR


def _template_for(session: Session, message: Message) -> Template | None:
    """The named template in the language of the person, with one variable, as it may be sent now."""
    known = contacts.by_ids(session, message.account_sid, {message.contact_id or 0})
    language = known[message.contact_id or 0].language if known else ""
    wished = languages.wishes(language, addresses.country_of(message.to_address))
    found = [
        template
        for template in templates.named(session, message.account_sid, _held[0])
        if sendable.why_not(template) is None and len(rendering.needed(template.content_types)) == 1
    ]
    return min(found, key=lambda one: (languages.rank(one.language, wished), one.sid), default=None)
