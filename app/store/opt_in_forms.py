"""Named queries on opt-in forms and their versions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from app.store.inserts import insert, insert_unless_there
from app.store.tables import OptInForm, OptInVersion
from app.store.updates import update_row

Published = tuple[OptInForm, OptInVersion]


def add(session: Session, account_sid: str, slug: str, at: datetime) -> int | None:
    """Add a form and return its number; None when another has this slug."""
    values = {"account_sid": account_sid, "slug": slug, "created_at": at}
    return insert_unless_there(session, OptInForm, values, ("account_sid", "slug"))


def change(session: Session, account_sid: str, form_id: int, **columns: Any) -> None:
    """Set columns of one form."""
    update_row(session, OptInForm, account_sid, form_id, columns)


def add_version(session: Session, account_sid: str, form_id: int, number: int, **columns: Any) -> int:
    """Add a version and return its number as a row."""
    values = {"account_sid": account_sid, "form_id": form_id, "number": number, **columns}
    return insert(session, OptInVersion, values)


def by_id(session: Session, account_sid: str, form_id: int, lock: bool = False) -> OptInForm | None:
    """The account's form, or None; held until the transaction ends where `lock` says so."""
    query = select(OptInForm).where(OptInForm.account_sid == account_sid, OptInForm.id == form_id)
    query = query.execution_options(populate_existing=True)
    return session.exec(query.with_for_update() if lock else query).first()


def version(session: Session, account_sid: str, form_id: int, number: int) -> OptInVersion | None:
    """One version of a form, or None."""
    query = select(OptInVersion).where(
        OptInVersion.account_sid == account_sid, OptInVersion.form_id == form_id, OptInVersion.number == number
    )
    return session.exec(query).first()


def published(session: Session, account_sid: str, slug: str) -> Published | None:
    """The open form at this slug with its newest version, or None."""
    query = select(OptInForm, OptInVersion).where(
        OptInForm.account_sid == account_sid,
        OptInForm.slug == slug,
        col(OptInForm.closed_at).is_(None),
        OptInVersion.account_sid == account_sid,
        OptInVersion.form_id == OptInForm.id,
        OptInVersion.number == OptInForm.version,
    )
    return session.exec(query).first()


def all_of(session: Session, account_sid: str) -> list[Published]:
    """Every form with its newest version, by slug."""
    query = select(OptInForm, OptInVersion).where(
        OptInForm.account_sid == account_sid,
        OptInVersion.account_sid == account_sid,
        OptInVersion.form_id == OptInForm.id,
        OptInVersion.number == OptInForm.version,
    )
    return list(session.exec(query.order_by(OptInForm.slug)))
