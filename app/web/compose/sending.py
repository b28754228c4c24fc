"""What all doors of the sender form share: the form itself, and that nothing goes out that nobody looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.domain.actor import Actor
from app.domain.contacts import language
from app.domain.gate.decision import Decision
from app.domain.sending.outbox import Enqueued
from app.store.database import Session
from app.store.messages import rows as messages
from app.store.templates import rows as templates
from app.web.compose import picker
from app.web.compose.audience import Audience
from app.web.compose.form import TEMPLATE, Typed, draft_of
from app.web.compose.picker import Picker


def picker_for(
    session: Session, who: Actor, audience: Audience, typed: Typed | None, wrong: Mapping[str, str]
) -> Picker | None:
    """The form for a template of the account's own, with what was typed; None where none were read yet."""
    typed = typed or Typed()
    given = dict(draft_of(typed).content_variables) if typed.kind == TEMPLATE and typed.content_sid else {}
    return picker.picker(session, who, audience, typed.content_sid, given, wrong)


def changed(session: Session, who: Actor, typed: Typed) -> Decision | None:
    """The refusal where the template isn't any more as it was shown; None where it is, or isn't one's."""
    if typed.kind != TEMPLATE:
        return None
    return picker.changed_since(session, who.account_sid, typed.content_sid, typed.seen)


def unless_changed(session: Session, who: Actor, typed: Typed, enqueue: Callable[[], Enqueued]) -> Enqueued:
    """Send it where the template is as it was shown, and remember its language where that is asked."""
    if refused := changed(session, who, typed):
        return Enqueued(None, refused)
    asked = enqueue()
    if typed.remember and asked.message_id is not None and not asked.repeated:
        _remember(session, who, asked.message_id, typed.content_sid)
    return asked


def _remember(session: Session, who: Actor, message_id: int, sid: str) -> None:
    message = messages.by_id(session, who.account_sid, message_id)
    template = templates.by_sid(session, who.account_sid, sid)
    if message is not None and message.contact_id is not None and template is not None:
        language.choose(session, who, message.contact_id, template.language)
