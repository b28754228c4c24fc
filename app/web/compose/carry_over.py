"""What fills a template by itself: what is known of the person, and the text that failed and is carried over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.domain.actor import Actor
from app.domain.contacts import fields
from app.domain.templates import choosing, rendering, sendable, values
from app.domain.templates.groups import Group
from app.store.database import Session
from app.store.tables import Template
from app.store.templates import sent_last
from app.template_words import OWN_FIELD
from app.web.compose.audience import Audience


def by_themselves(session: Session, template: Template, audience: Audience, who: Actor) -> dict[str, str]:
    """The values that are known, by variable; a text that failed goes where it is the only one left."""
    about = audience.about(who)
    if audience.conversation_id and "last" in template.fillings.values():
        last = sent_last.in_conversation(session, who.account_sid, template.sid, audience.conversation_id)
        about = replace(about, last=last)
    if audience.contact and any(one.startswith(OWN_FIELD) for one in template.fillings.values()):
        about = replace(about, fields=fields.of_contact(session, who.account_sid, audience.contact.id or 0))
    filled = values.by_themselves(template.content_types, template.variables, about, template.fillings)
    if audience.text:
        left = [name for name in rendering.needed(template.content_types) if name not in filled]
        if len(left) == 1:
            filled[left[0]] = values.one_line(audience.text)
    return filled


def template_for(session: Session, everything: Sequence[Group], audience: Audience, who: Actor) -> str:
    """The template that carries a text over: one with room for it, and most of its words; '' for none."""
    said = set(audience.text.casefold().split())
    best, most = "", -1
    for group in everything:
        template = choosing.best(group, audience.wishes)
        names = rendering.needed(template.content_types)
        filled = by_themselves(session, template, audience, who)
        if sendable.why_not(template) or not names or set(names) - set(filled):
            continue
        if values.one_line(audience.text) not in filled.values():
            continue
        shared = len(said & set(template.body.casefold().split()))
        if shared > most:
            best, most = template.sid, shared
    return best
