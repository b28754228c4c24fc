"""Keep the account's templates as Twilio has them, and write down what changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain import access, audit
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.storable_text import storable
from app.domain.templates import sample_files, types
from app.gateways.twilio.content import TwilioContent
from app.gateways.twilio.listed_template import ListedTemplate
from app.store.database import Database, Session
from app.store.tables import Template
from app.store.templates import rows

UNSUBMITTED = "unsubmitted"
# The columns that make a change of each name.
_CHANGES = {
    "status": ("status",),
    "category": ("category",),
    "content": ("content_types", "variables", "language"),
    "name": ("friendly_name",),
}


@dataclass(frozen=True)
class Synced:
    """What a sync found: how many templates there are, and the content SIDs that are new, changed and gone."""

    total: int = 0
    new: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def news(self) -> int:
        """How many templates differ from the last time."""
        return len(self.new) + len(self.changed) + len(self.gone)


def sync(database: Database, contents: TwilioContent, actor: Actor) -> Synced:
    """Read Twilio's list to its end and keep it; of a list that breaks off nothing is kept.

    Raises NotAllowed, and ContentUnavailable.
    """
    access.require(actor, "template.sync")
    began = now()
    listed = contents.all()
    return database.write(lambda session: apply_all(session, actor, listed, began))


def check(database: Database, contents: TwilioContent, actor: Actor, sid: str) -> Template | None:
    """Ask Twilio about one template, and keep what it says; None when the account has none. Raises as `sync`."""
    access.require(actor, "template.sync")
    found = contents.one(sid)

    def keep(session: Session) -> Template | None:
        known = rows.by_sid(session, actor.account_sid, sid)
        if found is not None:
            apply_one(session, actor, found, known, now())
        elif known is not None:
            _note_gone(session, actor, known, now())
        return rows.by_sid(session, actor.account_sid, sid) if found else None

    return database.write(keep)


def note_gone(session: Session, actor: Actor, sid: str) -> None:
    """Remember that the account has a template no more."""
    if (known := rows.by_sid(session, actor.account_sid, sid)) is not None:
        _note_gone(session, actor, known, now())


def apply_all(session: Session, actor: Actor, listed: list[ListedTemplate], began: datetime) -> Synced:
    """Keep a whole list. What was made or asked about since it `began` to be read isn't gone for not being in it."""
    first = rows.listed_at(session, actor.account_sid) is None
    known = {template.sid: template for template in rows.all_of(session, actor.account_sid, gone=True)}
    there = {one.sid: one for one in listed}
    differ = [
        sid
        for sid, one in there.items()
        if apply_one(session, actor, one, known.get(sid), began, audited=not first or sid in known)
    ]
    gone = [row for row in known.values() if row.sid not in there and row.gone_at is None and row.synced_at <= began]
    for template in gone:
        _note_gone(session, actor, template, began)
    result = Synced(
        total=len(there),
        new=tuple(sid for sid in differ if sid not in known),
        changed=tuple(sid for sid in differ if sid in known),
        gone=tuple(template.sid for template in gone),
    )
    rows.set_listed(session, actor.account_sid, began)
    if first or result.news or actor.kind != "clock":
        counts = {"new": len(result.new), "changed": len(result.changed), "gone": len(result.gone)}
        audit.record(session, actor, "template.sync", "account", actor.account_sid, total=result.total, **counts)
    return result


def apply_one(
    session: Session,
    actor: Actor,
    one: ListedTemplate,
    known: Template | None,
    at: datetime,
    *,
    audited: bool = True,
) -> bool:
    """Keep one template as Twilio tells it; True when it differs from what was known."""
    columns = columns_of(one)
    if columns["status"] in sample_files.UNDECIDED:
        sample_files.extend(session, actor.account_sid, columns["content_types"], columns["variables"], at)
    if known is None:
        number = rows.add(session, actor.account_sid, one.sid, synced_at=at, **columns)
        if number is None:
            return False
        _note(session, actor, number, at, [_change("new", "", columns["status"])], audited=audited)
        return True
    changes = [
        _change(name, _told(known, fields[0]), str(columns[fields[0]]) if name != "content" else "")
        for name, fields in _CHANGES.items()
        if any(types.plain(getattr(known, field)) != types.plain(columns[field]) for field in fields)
    ]
    if known.gone_at is not None:
        changes.append(_change("back", "", ""))
    for change in changes:
        if change["what"] == "status":
            change["reason"] = columns["rejection_reason"]
    assert known.id is not None
    rows.change(session, actor.account_sid, known.id, **columns, synced_at=max(at, known.synced_at), gone_at=None)
    _note(session, actor, known.id, at, changes, audited=audited)
    return bool(changes)


def columns_of(one: ListedTemplate) -> dict[str, Any]:
    """A template's columns by what Twilio tells, cut to their lengths."""
    kind = types.richest(one.content_types)
    told = {
        "friendly_name": one.friendly_name,
        "language": one.language,
        "kind": kind,
        "body": types.body_of(one.content_types, kind),
        "rejection_reason": one.approval.rejection_reason,
        "approval_name": one.approval.name,
        "approved_type": one.approval.content_type,
        "status": one.approval.status or UNSUBMITTED,
        "category": one.approval.category,
    }
    lengths = {name: field.metadata for name, field in Template.model_fields.items()}
    columns: dict[str, Any] = {name: storable(value)[: _longest(lengths[name])] for name, value in told.items()}
    columns |= {"content_types": _storable(one.content_types), "variables": _storable(one.variables)}
    return {**columns, "created_at": one.created_at, "updated_at": one.updated_at}


def _longest(metadata: list[Any]) -> int | None:
    return next((part.max_length for part in metadata if hasattr(part, "max_length")), None)


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {storable(str(name)): _storable(each) for name, each in value.items()}
    return [_storable(each) for each in value] if isinstance(value, list) else value


def _told(known: Template, field: str) -> str:
    return "" if field == "content_types" else str(getattr(known, field))


def _change(what: str, before: str, after: str) -> dict[str, Any]:
    return {"what": what, "before": before, "after": after, "reason": ""}


def _note_gone(session: Session, actor: Actor, template: Template, at: datetime) -> None:
    if template.gone_at is not None:
        return
    assert template.id is not None
    rows.change(session, actor.account_sid, template.id, gone_at=at, synced_at=max(at, template.synced_at))
    _note(session, actor, template.id, at, [_change("gone", template.status, "")], audited=True)


def _note(
    session: Session, actor: Actor, template_id: int, at: datetime, changes: list[dict[str, Any]], *, audited: bool
) -> None:
    base = {"account_sid": actor.account_sid, "template_id": template_id, "recorded_at": at}
    rows.add_changes(session, [{**base, **change} for change in changes])
    for change in changes if audited else ():
        detail = {name: change[name] for name in ("what", "before", "after")}
        audit.record(session, actor, "template.changed", "template", template_id, **detail)
