"""What is in force for each person and purpose, derived from the consent records."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store.inserts import insert_all
from app.store.prepared import connection_of
from app.store.tables import ConsentState


def of_contacts(session: Session, account_sid: str, contact_ids: Collection[int]) -> dict[int, list[ConsentState]]:
    """The states of each of these contacts that has any."""
    query = select(ConsentState).where(
        ConsentState.account_sid == account_sid, col(ConsentState.contact_id).in_(contact_ids)
    )
    found: dict[int, list[ConsentState]] = {}
    for state in session.exec(query.execution_options(populate_existing=True)):
        found.setdefault(state.contact_id, []).append(state)
    return found


_DELETE = sa.delete(ConsentState).where(
    col(ConsentState.account_sid) == sa.bindparam("account_sid"),
    col(ConsentState.contact_id).in_(sa.bindparam("contact_ids", expanding=True)),
)


def replace(session: Session, account_sid: str, contact_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put these in the place of a contact's states; the contact is held."""
    replace_many(session, account_sid, {contact_id: rows})


def replace_many(session: Session, account_sid: str, rows: Mapping[int, Sequence[Mapping[str, Any]]]) -> None:
    """Put these in the place of the states of several contacts, which are held."""
    connection_of(session).execute(_DELETE, {"account_sid": account_sid, "contact_ids": list(rows)})
    values = [{**row, "account_sid": account_sid, "contact_id": number} for number, of in rows.items() for row in of]
    insert_all(session, ConsentState, values)
