"""Opt-in forms: made, changed and read. Each change is a new version, so that a record names what was shown."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from app.domain import audit
from app.domain.access import require
from app.domain.actor import Actor
from app.domain.clock import now
from app.domain.consent import opt_in_codes
from app.domain.consent.opt_in_draft import Draft, Fault, Wording, lint
from app.store import opt_in_codes as code_rows
from app.store import opt_in_forms as rows
from app.store.database import Session
from app.store.tables import OptInForm, OptInVersion


class FormRefused(Exception):
    """The form has faults and was not saved."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__([fault.code for fault in faults])
        self.faults = faults


@dataclass(frozen=True)
class Published:
    """A form that is open, and the version of it that people see."""

    form_id: int
    version: int
    version_id: int
    draft: Draft

    @property
    def notice_id(self) -> str:
        """The form's name in the records that follow from it."""
        return f"opt-in/{self.draft.slug}"

    @property
    def languages(self) -> list[str]:
        """The languages it is in, the first one first."""
        return [wording.language for wording in self.draft.wordings]

    def wording(self, language: str) -> Wording:
        """What it says in a language, the first one's where it hasn't that."""
        found = [wording for wording in self.draft.wordings if wording.language == language]
        return (found or list(self.draft.wordings))[0]


def save(session: Session, actor: Actor, draft: Draft, form_id: int | None = None) -> int:
    """Publish a form, or a new version of the one with this number. Returns the form's number.

    A form keeps its slug: posters carry it. Raises FormRefused, NotAllowed.
    """
    require(actor, "opt_in_form.manage")
    if faults := lint(draft):
        raise FormRefused(faults)
    account_sid, at = actor.account_sid, now()
    if form_id is None:
        form_id = rows.add(session, account_sid, draft.slug, at)
        if form_id is None:
            raise FormRefused([Fault("slug", "slug_taken")])
    form = rows.by_id(session, account_sid, form_id, lock=True)
    if form is None or form.slug != draft.slug:
        raise FormRefused([Fault("slug", "slug_invalid")])
    columns = _columns(draft)
    latest = rows.version(session, account_sid, form_id, form.version)
    number = form.version
    if latest is None or any(getattr(latest, name) != value for name, value in columns.items()):
        number += 1
        made_by = actor.id if actor.kind == "agent" else None
        version_id = rows.add_version(session, account_sid, form_id, number, made_by=made_by, created_at=at, **columns)
        opt_in_codes.make_link(session, account_sid, version_id, draft, at)
    closed_at = None if draft.is_open else form.closed_at or at
    _set_links(session, account_sid, form_id, latest, draft.is_open, number, at)
    rows.change(session, account_sid, form_id, version=number, closed_at=closed_at)
    audit.record(
        session, actor, "opt_in_form.save", "opt_in_form", form_id, slug=draft.slug, version=number, open=draft.is_open
    )
    return form_id


def everything(session: Session, actor: Actor) -> list[tuple[OptInForm, OptInVersion]]:
    """Every form with its newest version. Raises NotAllowed."""
    require(actor, "opt_in_form.manage")
    return rows.all_of(session, actor.account_sid)


def draft_of(session: Session, actor: Actor, form_id: int) -> Draft | None:
    """A form as it was typed last, or None. Raises NotAllowed."""
    require(actor, "opt_in_form.manage")
    form = rows.by_id(session, actor.account_sid, form_id)
    version = rows.version(session, actor.account_sid, form_id, form.version) if form else None
    return _draft(form, version) if form and version else None


def published(session: Session, account_sid: str, slug: str) -> Published | None:
    """The open form at this slug, or None."""
    found = rows.published(session, account_sid, slug)
    if found is None:
        return None
    return of_rows(*found)


def of_rows(form: OptInForm, version: OptInVersion) -> Published:
    """A form as it was in one version."""
    return Published(form.id or 0, version.number, version.id or 0, _draft(form, version))


def _set_links(
    session: Session,
    account_sid: str,
    form_id: int,
    before: OptInVersion | None,
    is_open: bool,
    number: int,
    at: datetime,
) -> None:
    """The links of a closed form end now, those of a replaced version later; the newest version's hold on."""
    if before is not None and before.number != number:
        until = at + opt_in_codes.REPLACED_LINK_LASTS
        code_rows.expire_links(session, account_sid, [before.id or 0], until if is_open else at)
    newest = rows.version(session, account_sid, form_id, number)
    assert newest is not None
    code_rows.expire_links(session, account_sid, [newest.id or 0], None if is_open else at)


def _columns(draft: Draft) -> dict[str, Any]:
    return {
        "business": draft.business,
        "sender": draft.sender,
        "privacy_url": draft.privacy_url,
        "double_opt_in": draft.double_opt_in,
        "purposes": list(draft.purposes),
        "wordings": {"languages": [asdict(wording) for wording in draft.wordings]},
    }


def _draft(form: OptInForm, version: OptInVersion) -> Draft:
    return Draft(
        slug=form.slug,
        business=version.business,
        sender=version.sender,
        privacy_url=version.privacy_url,
        purposes=tuple(version.purposes),
        wordings=tuple(Wording(**wording) for wording in version.wordings["languages"]),
        double_opt_in=version.double_opt_in,
        is_open=form.closed_at is None,
    )
