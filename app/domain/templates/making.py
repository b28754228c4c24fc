"""Make, change, submit and delete templates at Twilio, and keep here what became of them. For admins."""

from __future__ import annotations

import re
from typing import Any

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.templates import groups, lint, sample_files, sync
from app.domain.templates.draft import TemplateDraft
from app.domain.templates.lint import Fault
from app.domain.templates.sample_files import GrantOf
from app.domain.templates.sendable import CATEGORIES
from app.gateways.twilio.content import ContentUnavailable, TwilioContent
from app.gateways.twilio.listed_template import ListedTemplate
from app.store.database import Database, Session
from app.store.tables import Template
from app.store.templates import rows

_NAME = re.compile(r"[a-z0-9_]{1,512}")


class TemplateRefused(Exception):
    """The draft has faults that aren't hints."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(", ".join(fault.code for fault in faults))
        self.faults = faults


def others(session: Session, account_sid: str, draft: TemplateDraft, template_id: int | None) -> list[Template]:
    """The other languages of a draft's name."""
    found = rows.all_of(session, account_sid)
    return [one for one in found if one.id != template_id and draft.name and groups.name_of(one) == draft.name]


def create(database: Database, contents: TwilioContent, actor: Actor, draft: TemplateDraft) -> int:
    """Make a template and return its number. Raises NotAllowed, TemplateRefused, ContentRefused, ContentUnavailable."""
    access.require(actor, "template.manage")
    _check(database, actor, draft, None)
    sid = contents.create(draft.as_json())
    found = _asked(contents, sid) or _as_drafted(sid, draft)
    number = database.write(lambda session: _keep(session, actor, found, "template.create"))
    assert number is not None
    return number


def edit(database: Database, contents: TwilioContent, actor: Actor, template: Template, draft: TemplateDraft) -> None:
    """Change a draft, which keeps its SID. Raises as `create`."""
    access.require(actor, "template.manage")
    _check(database, actor, draft, template.id)
    contents.change(template.sid, draft.as_json())
    found = _asked(contents, template.sid) or _as_drafted(template.sid, draft)
    database.write(lambda session: _keep(session, actor, found, "template.edit"))


def submit(
    database: Database,
    contents: TwilioContent,
    actor: Actor,
    template: Template,
    name: str,
    category: str,
    grant_of: GrantOf,
) -> None:
    """Submit a draft for WhatsApp's approval. Raises as `create`.

    `grant_of` tells the grant of a hosted file's temporary URL, which lives on where it is a sample.
    """
    access.require(actor, "template.manage")
    faults = [] if _NAME.fullmatch(name) else [Fault("name_not_for_meta", "name")]
    faults += [] if category in CATEGORIES else [Fault("category_unknown", "category")]
    if faults:
        raise TemplateRefused(faults)
    status = contents.submit(template.sid, name, category)
    found = _asked(contents, template.sid)

    def keep(session: Session) -> None:
        shown = found or template
        sample_files.grant(session, actor.account_sid, shown.content_types, shown.variables, grant_of, now())
        if found is not None:
            _keep(session, actor, found, "template.submit", category=category)
            return
        assert template.id is not None
        rows.change(session, actor.account_sid, template.id, status=status, category=category, synced_at=now())
        audit.record(session, actor, "template.submit", "template", template.id, category=category)

    database.write(keep)


def delete(database: Database, contents: TwilioContent, actor: Actor, template: Template) -> None:
    """Delete a template at Twilio; here it stays as one that is gone. Raises as `create`."""
    access.require(actor, "template.manage")
    contents.delete(template.sid)

    def keep(session: Session) -> None:
        sync.note_gone(session, actor, template.sid)
        audit.record(session, actor, "template.delete", "template", template.id)

    database.write(keep)


def _check(database: Database, actor: Actor, draft: TemplateDraft, template_id: int | None) -> None:
    beside = database.read(lambda session: others(session, actor.account_sid, draft, template_id))
    faults = lint.lint(draft, beside)
    if lint.stops(faults):
        raise TemplateRefused(faults)


def _asked(contents: TwilioContent, sid: str) -> ListedTemplate | None:
    """How it is at Twilio now; None where that can't be learned: the deed is done all the same."""
    try:
        return contents.one(sid)
    except ContentUnavailable:
        return None


def _as_drafted(sid: str, draft: TemplateDraft) -> ListedTemplate:
    return ListedTemplate(sid, draft.name, draft.language, draft.content_types, dict(draft.samples))


def _keep(session: Session, actor: Actor, found: ListedTemplate, verb: str, **detail: Any) -> int | None:
    known = rows.by_sid(session, actor.account_sid, found.sid)
    sync.apply_one(session, actor, found, known, now(), audited=False)
    kept = rows.by_sid(session, actor.account_sid, found.sid)
    audit.record(session, actor, verb, "template", kept.id if kept else "", **detail)
    return kept.id if kept else None
