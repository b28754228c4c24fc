"""The fields of contacts: named values. One that was joined keeps its fields; whoever reads says whose they are."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.each_value import each_value
from app.store.inserts import insert_unless_there
from app.store.tables import ContactField

_KEY = ("account_sid", "contact_id", "name")


def put(session: Session, account_sid: str, contact_id: int, name: str, value: str) -> None:
    """Set a contact's field, which they may have."""
    values = {"account_sid": account_sid, "contact_id": contact_id, "name": name, "value": value}
    if insert_unless_there(session, ContactField, values, _KEY) is None:
        of_it = (*_of(account_sid, [contact_id]), col(ContactField.name) == name)
        session.execute(sa.update(ContactField).where(*of_it).values(value=value))


def remove(session: Session, account_sid: str, contact_ids: Collection[int], name: str) -> bool:
    """Take a field from these contacts. False when none of them had it."""
    taken = (
        sa.delete(ContactField)
        .where(*_of(account_sid, contact_ids), col(ContactField.name) == name)
        .returning(col(ContactField.id))
    )
    return bool(session.execute(taken).all())


def forget(session: Session, account_sid: str, contact_ids: Collection[int]) -> None:
    """Take all fields from these contacts."""
    session.execute(sa.delete(ContactField).where(*_of(account_sid, contact_ids)))


def of_contacts(session: Session, account_sid: str, contact_ids: Collection[int]) -> list[tuple[str, int, str]]:
    """Name, contact and value of each field that these contacts have, by their names."""
    query = select(ContactField.name, ContactField.contact_id, ContactField.value)
    return sorted(session.exec(query.where(*_of(account_sid, contact_ids))))


def names(session: Session, account_sid: str) -> list[str]:
    """The names that are in use, by their letters."""
    return each_value(session, account_sid, ContactField, ContactField.name)


def _of(account_sid: str, numbers: Collection[int]) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return col(ContactField.account_sid) == account_sid, col(ContactField.contact_id).in_(numbers)
