"""Templates one by one and all of an account, and what changed of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from app.store import pull_marks
from app.store.inserts import insert_many, insert_unless_there
from app.store.prepared import Prepared
from app.store.tables import Template, TemplateChange
from app.store.updates import update_row

LISTED = "templates"
_LARGE: tuple[Any, ...] = (Template.content_types, Template.variables, Template.fillings, Template.rejection_reason)
# A run of thousands must not write the same row for each of them.
_USED_ANEW_AFTER = timedelta(minutes=1)


class TemplateName(NamedTuple):
    """By what a template is found when one is chosen."""

    sid: str
    friendly_name: str
    group_name: str
    body: str
    last_used_at: datetime | None


_NAMES = Prepared(
    sa.select(*(col(getattr(Template, name)) for name in TemplateName._fields)).where(
        col(Template.account_sid) == sa.bindparam("account_sid"), col(Template.gone_at).is_(None)
    )
)


def add(session: Session, account_sid: str, sid: str, **columns: Any) -> int | None:
    """Add a template and return its number; None when there is one with this SID."""
    return insert_unless_there(
        session, Template, {"account_sid": account_sid, "sid": sid, **columns}, ("account_sid", "sid")
    )


def change(session: Session, account_sid: str, template_id: int, **columns: Any) -> None:
    """Set columns of one template."""
    update_row(session, Template, account_sid, template_id, columns)


def by_sid(session: Session, account_sid: str, sid: str) -> Template | None:
    """The account's template with this content SID, gone or not; None when there never was one."""
    return session.exec(select(Template).where(Template.account_sid == account_sid, Template.sid == sid)).first()


def by_id(session: Session, account_sid: str, template_id: int) -> Template | None:
    """The account's template with this number, gone or not."""
    return session.exec(select(Template).where(Template.account_sid == account_sid, Template.id == template_id)).first()


def by_sids(session: Session, account_sid: str, sids: Collection[str]) -> dict[str, Template]:
    """The account's templates with these content SIDs, gone or not."""
    query = select(Template).where(Template.account_sid == account_sid, col(Template.sid).in_(sids))
    return {template.sid: template for template in session.exec(query)} if sids else {}


def all_of(session: Session, account_sid: str, *, gone: bool = False) -> list[Template]:
    """The account's templates by name and language; with those that are `gone` where asked."""
    query = select(Template).where(Template.account_sid == account_sid)
    if not gone:
        query = query.where(col(Template.gone_at).is_(None))
    return list(session.exec(query.order_by(Template.friendly_name, Template.language, Template.sid)))


def named(session: Session, account_sid: str, friendly_name: str) -> list[Template]:
    """The account's templates with this friendly name, one for each language."""
    query = select(Template).where(Template.account_sid == account_sid, Template.friendly_name == friendly_name)
    return list(session.exec(query.where(col(Template.gone_at).is_(None))))


def names(session: Session, account_sid: str) -> list[TemplateName]:
    """By what the account's templates that aren't gone are found: read in a fifth of the time of the templates."""
    return [TemplateName(*row) for row in _NAMES.rows(session, {"account_sid": account_sid})]


def to_choose_from(session: Session, account_sid: str, sids: Collection[str] | None = None) -> list[Template]:
    """The account's templates that aren't gone, or some of them, without what takes long to read beside their text."""
    later = [defer(attribute) for attribute in _LARGE]
    query = select(Template).where(Template.account_sid == account_sid, col(Template.gone_at).is_(None))
    if sids is not None:
        query = query.where(col(Template.sid).in_(sids))
    return list(session.exec(query.options(*later)))


def used(session: Session, template: Template, at: datetime) -> None:
    """Remember that a template was asked for, to the minute."""
    if template.last_used_at is not None and template.last_used_at >= at - _USED_ANEW_AFTER:
        return
    latest = col(Template.last_used_at)
    session.execute(
        sa.update(Template)
        .where(
            col(Template.account_sid) == template.account_sid,
            col(Template.sid) == template.sid,
            sa.or_(latest.is_(None), latest < at - _USED_ANEW_AFTER),
        )
        .values(last_used_at=at)
    )


def add_changes(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Add what changed."""
    insert_many(session, TemplateChange, rows)


def changes(session: Session, account_sid: str, template_id: int, limit: int) -> list[TemplateChange]:
    """The newest changes of one template, newest first."""
    query = select(TemplateChange).where(
        TemplateChange.account_sid == account_sid, TemplateChange.template_id == template_id
    )
    return list(session.exec(query.order_by(col(TemplateChange.id).desc()).limit(limit)))


def listed_at(session: Session, account_sid: str) -> datetime | None:
    """When the account's templates were last read to their end; None when they never were."""
    return pull_marks.watermark(session, account_sid, LISTED)


def set_listed(session: Session, account_sid: str, at: datetime) -> None:
    """Remember when the account's templates were read to their end."""
    pull_marks.set_watermark(session, account_sid, LISTED, at)
