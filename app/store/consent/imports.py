"""Files of consents that were brought here, and their lines."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.inserts import insert, insert_all
from app.store.prepared import Prepared
from app.store.tables import Address, ConsentImport, ConsentImportLine, ConsentRecord, ConsentState
from app.store.updates import update_row, update_rows


@dataclass(frozen=True)
class Line:
    """A line of a file: its number among all lines, its number in the file, its cells, or what they mean."""

    id: int
    line: int
    cells: dict[str, Any]
    understood: dict[str, Any]


_PLACE = Prepared(
    sa.select(col(ConsentImport.state), col(ConsentImport.done), col(ConsentImport.mapping))
    .where(
        col(ConsentImport.account_sid) == sa.bindparam("account_sid"), col(ConsentImport.id) == sa.bindparam("number")
    )
    .with_for_update()
)
WORKING = ("checking", "applying")
SETTLING = ("applied", "taken_back", "dropped")


def add(session: Session, account_sid: str, **columns: Any) -> int:
    """A new import; its number."""
    return insert(session, ConsentImport, {"account_sid": account_sid, **columns})


def get(session: Session, account_sid: str, number: int, *, lock: bool = False) -> ConsentImport | None:
    """The account's import, held until the transaction ends when `lock` says so; or None."""
    query = select(ConsentImport).where(ConsentImport.account_sid == account_sid, ConsentImport.id == number)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def place(session: Session, account_sid: str, number: int) -> tuple[str, int, dict[str, Any]] | None:
    """State, progress and mapping of the account's import, which is held until the transaction ends; or None."""
    found = _PLACE.first(session, {"account_sid": account_sid, "number": number})
    return None if found is None else tuple(found)


def by_ids(session: Session, account_sid: str, numbers: Collection[int]) -> dict[int, ConsentImport]:
    """The account's imports among these, by number."""
    query = select(ConsentImport).where(
        by_primary_key.account_is(ConsentImport, account_sid), col(ConsentImport.id).in_(numbers)
    )
    return {found.id: found for found in session.exec(query) if found.id is not None}


def change(session: Session, account_sid: str, number: int, **columns: Any) -> None:
    """Set columns of one import."""
    update_row(session, ConsentImport, account_sid, number, columns)


def newest(session: Session, account_sid: str, limit: int) -> list[ConsentImport]:
    """The newest imports, newest first."""
    query = select(ConsentImport).where(by_primary_key.account_is(ConsentImport, account_sid))
    return list(session.exec(query.order_by(col(ConsentImport.id).desc()).limit(limit)))


def waiting(session: Session, account_sid: str) -> list[int]:
    """The imports that there is work for, the oldest first."""
    settling = sa.and_(col(ConsentImport.state).in_(SETTLING), col(ConsentImport.settled).is_(False))
    query = select(ConsentImport.id).where(
        ConsentImport.account_sid == account_sid, sa.or_(col(ConsentImport.state).in_(WORKING), settling)
    )
    return sorted(number for number in session.exec(query) if number is not None)


def add_lines(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Lines of a file as they are."""
    insert_all(session, ConsentImportLine, rows)


def lines(session: Session, account_sid: str, number: int, after: int, limit: int, *, good: bool = False) -> list[Line]:
    """The lines that follow, in their order; only the good ones when `good` says so."""
    row = ConsentImportLine
    # To read JSON takes longer than to find it: of cells and meaning each is asked for where it is needed.
    told = (sa.null(), col(row.understood)) if good else (col(row.cells), sa.null())
    query = sa.select(col(row.id), col(row.line), *told).where(
        col(row.account_sid) == account_sid, col(row.import_id) == number, col(row.line) > after
    )
    if good:
        query = query.where(col(row.fault) == "")
    return [Line(*found) for found in session.execute(query.order_by(col(row.line)).limit(limit))]


def change_lines(session: Session, account_sid: str, rows: Sequence[dict[str, Any]]) -> None:
    """Set what lines were understood to mean: `number`, `understood`, `fault` and `key` of each."""
    update_rows(session, ConsentImportLine, account_sid, ("understood", "fault", "key"), rows)


def known_keys(session: Session, account_sid: str, number: int, keys: Collection[str], up_to: int) -> set[str]:
    """The keys among these that a good line up to this one has."""
    query = select(ConsentImportLine.key).where(
        ConsentImportLine.account_sid == account_sid,
        ConsentImportLine.import_id == number,
        col(ConsentImportLine.key).in_(keys),
        col(ConsentImportLine.line) <= up_to,
        ConsentImportLine.fault == "",
    )
    return set(session.exec(query))


def faults(
    session: Session, account_sid: str, number: int, after: tuple[str, int], limit: int
) -> list[ConsentImportLine]:
    """The lines that weren't understood, by their fault and then in order, after this fault and line."""
    order = (col(ConsentImportLine.fault), col(ConsentImportLine.line))
    query = select(ConsentImportLine).where(
        ConsentImportLine.account_sid == account_sid,
        ConsentImportLine.import_id == number,
        sa.tuple_(*order) > sa.tuple_(*after),
    )
    return list(session.exec(query.order_by(*order).limit(limit)))


def fault_counts(session: Session, account_sid: str, number: int) -> dict[str, int]:
    """How many lines have each fault; '' are the good ones."""
    query = (
        sa.select(col(ConsentImportLine.fault), sa.func.count())
        .where(col(ConsentImportLine.account_sid) == account_sid, col(ConsentImportLine.import_id) == number)
        .group_by(col(ConsentImportLine.fault))
    )
    return {str(row[0]): int(row[1]) for row in session.execute(query)}


def recorded(session: Session, account_sid: str, addresses: Collection[str]) -> set[tuple[str, str, str, datetime]]:
    """Identity, purpose, state and time of each record that counts of these addresses."""
    applied = select(ConsentImport.id).where(ConsentImport.account_sid == account_sid, ConsentImport.state == "applied")
    query = select(Address.identity, ConsentRecord.purpose, ConsentRecord.state, ConsentRecord.occurred_at).where(
        Address.account_sid == account_sid,
        col(Address.address).in_(addresses),
        ConsentRecord.account_sid == account_sid,
        ConsentRecord.address_id == Address.id,
        sa.or_(col(ConsentRecord.import_id).is_(None), col(ConsentRecord.import_id).in_(applied)),
    )
    return {(row[0], row[1], row[2], row[3]) for row in session.exec(query)}


def blocked(session: Session, account_sid: str, addresses: Collection[str]) -> set[tuple[str, str]]:
    """Address and purpose where Twilio or WhatsApp hold messages back until the person ends it."""
    query = select(Address.address, ConsentState.purpose).where(
        Address.account_sid == account_sid,
        col(Address.address).in_(addresses),
        ConsentState.account_sid == account_sid,
        ConsentState.contact_id == Address.contact_id,
        col(ConsentState.blocked).is_(True),
    )
    return {(row[0], row[1]) for row in session.exec(query)}


def records_after(session: Session, account_sid: str, number: int, after: int, limit: int) -> list[tuple[int, int]]:
    """The records of an import that follow, each with the contact whom it concerns now."""
    query = (
        sa.select(col(ConsentRecord.id), col(Address.contact_id))
        .where(
            col(ConsentRecord.account_sid) == account_sid,
            col(ConsentRecord.import_id) == number,
            col(ConsentRecord.id) > after,
            col(Address.account_sid) == account_sid,
            col(Address.id) == col(ConsentRecord.address_id),
        )
        .order_by(col(ConsentRecord.id))
        .limit(limit)
    )
    return [(int(row[0]), int(row[1])) for row in session.execute(query)]


def delete_lines(session: Session, account_sid: str, number: int, limit: int) -> int:
    """Forget lines of an import. Returns how many; 0 when none is left."""
    some = select(ConsentImportLine.id).where(
        ConsentImportLine.account_sid == account_sid, ConsentImportLine.import_id == number
    )
    mine = by_primary_key.account_is(ConsentImportLine, account_sid)
    gone: Any = session.execute(
        sa.delete(ConsentImportLine).where(mine, col(ConsentImportLine.id).in_(some.limit(limit)))
    )
    return int(gone.rowcount)
