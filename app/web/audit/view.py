"""The audit's rows as the page and the CSV file show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import url_for
from markupsafe import Markup, escape

from app.audit_words import AUDIT_VERBS
from app.store import audit_subjects
from app.store.audit_subjects import Subjects
from app.store.database import Session
from app.store.tables import Audit
from app.web.words import audit as words
from app.web.words.gettext import _
from app.web.words.numbers import phone_text

_KIND_OF = {verb: kind for kind, verbs in AUDIT_VERBS.items() for verb in verbs}

_LINK = Markup('<a href="{}" dir="auto">{}</a>')


@dataclass(frozen=True)
class RowView:
    """One row: when, who, what they did as HTML and as text, its kind; `more` asks for all about its subject."""

    id: int
    at: datetime
    who: str
    did: Markup
    text: str
    kind: str
    subject: str
    more: str


def row_views(session: Session, account_sid: str, rows: Sequence[Audit]) -> list[RowView]:
    """The rows with the names of what they are about."""
    names = audit_subjects.subjects(session, account_sid, rows)
    return [_row(row, names) for row in rows]


def _row(row: Audit, names: Subjects) -> RowView:
    name, link = _subject(row, names)
    shown = _LINK.format(link, name) if link else Markup("<bdi>{}</bdi>").format(name)
    template = words.template(row.verb, row.detail)
    said = words.values(row.verb, row.detail)
    if isinstance(agent := row.detail.get("agent_id"), int):
        said["agent"] = names.agents.get(agent, _("agent %(number)d", number=agent))
    more = urlencode({"subject_kind": row.subject_kind, "subject": row.subject_id}) if row.subject_id else ""
    return RowView(
        id=row.id or 0,
        at=row.occurred_at,
        who=words.actor_name(row.actor_kind, row.actor_name),
        did=Markup(escape(template)) % words.Values({**said, "subject": shown}),
        text=template % words.Values({**said, "subject": name}),
        kind=_(words.KINDS[_KIND_OF[row.verb]]) if row.verb in _KIND_OF else "",
        subject=name,
        more=more,
    )


def _subject(row: Audit, names: Subjects) -> tuple[str, str]:
    """What a row is about in words, and where it is shown; '' where it has no page."""
    number = int(row.subject_id) if row.subject_id.isdecimal() else 0
    kind = row.subject_kind
    if kind == "message":
        there = names.conversation_of_message.get(number)
        link = f"{url_for('conversations.page', conversation=there)}#m-{number}" if there else ""
        return _("message %(number)d", number=number), link
    if kind == "conversation":
        contact = names.contact_of_conversation.get(number)
        link = url_for("conversations.page", conversation=number) if contact else ""
        return _("the conversation with %(name)s", name=_person(contact, names)), link
    if kind in ("contact", "address"):
        person = names.contact_of_address.get(number) if kind == "address" else number
        there = names.conversation_of_contact.get(person or 0)
        return _person(person, names), url_for("conversations.page", conversation=there) if there else ""
    return _other(row, kind, number, names)


def _other(row: Audit, kind: str, number: int, names: Subjects) -> tuple[str, str]:
    if kind == "agent":
        return names.agents.get(number) or _("a login that nobody has"), ""
    if kind == "journal":
        return _("webhook %(number)d", number=number), url_for("journal.row", number=number)
    if kind == "template" and number:
        return _("template %(number)d", number=number), url_for("template.page", template=number)
    if kind == "sender":
        return phone_text(row.subject_id), ""
    if kind in ("setting", "rule", "route"):
        return row.subject_id, ""
    known = words.SUBJECTS.get(kind, kind)
    return f"{_(known)} {row.subject_id}".strip(), ""


def _person(contact_id: int | None, names: Subjects) -> str:
    contact = names.contacts.get(contact_id or 0)
    if contact is None:
        return _("a person who is not here any more")
    return contact.shown_name or phone_text(contact.phone) or _("person %(number)d", number=contact.id)
