"""The labels of contacts. One that was joined keeps its labels, and they count for the contact that it is now."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.each_value import each_value
from app.store.inserts import insert_unless_there
from app.store.tables import ContactLabel

_KEY = ("account_sid", "contact_id", "label")


def add(session: Session, account_sid: str, contact_id: int, label: str) -> bool:
    """Give a contact a label. False when it has it."""
    values = {"account_sid": account_sid, "contact_id": contact_id, "label": label}
    return insert_unless_there(session, ContactLabel, values, _KEY) is not None


def remove(session: Session, account_sid: str, contact_ids: Collection[int], label: str) -> bool:
    """Take a label from these contacts. False when none of them had it."""
    taken = (
        sa.delete(ContactLabel)
        .where(*_of(account_sid, contact_ids), col(ContactLabel.label) == label)
        .returning(col(ContactLabel.id))
    )
    return bool(session.execute(taken).all())


def forget(session: Session, account_sid: str, contact_ids: Collection[int]) -> None:
    """Take all labels from these contacts."""
    session.execute(sa.delete(ContactLabel).where(*_of(account_sid, contact_ids)))


def of_contacts(session: Session, account_sid: str, contact_ids: Collection[int]) -> list[str]:
    """The labels that these contacts have, by their letters."""
    return sorted(set(session.exec(select(ContactLabel.label).where(*_of(account_sid, contact_ids)))))


def all_of(session: Session, account_sid: str) -> list[str]:
    """The labels that are in use, by their letters."""
    return each_value(session, account_sid, ContactLabel, ContactLabel.label)


def contact_ids(session: Session, account_sid: str, label: str, after: int, limit: int) -> list[int]:
    """The numbers of the contacts with a label that follow this one, as the label was given."""
    query = select(ContactLabel.contact_id).where(
        ContactLabel.account_sid == account_sid, ContactLabel.label == label, col(ContactLabel.contact_id) > after
    )
    return list(session.exec(query.order_by(col(ContactLabel.contact_id)).limit(limit)))


def _of(account_sid: str, numbers: Collection[int]) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return col(ContactLabel.account_sid) == account_sid, col(ContactLabel.contact_id).in_(numbers)
