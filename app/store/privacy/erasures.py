"""Erasures and how far they are, and the hashes of addresses whose opt-outs are kept."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.inserts import insert, insert_many
from app.store.prepared import Prepared
from app.store.tables import ErasedAddress, Erasure, Journal
from app.store.updates import update_row

Hash = tuple[str, str]
_ANY = Prepared(
    sa.select(col(ErasedAddress.id)).where(col(ErasedAddress.account_sid) == sa.bindparam("account_sid")).limit(1)
)


@dataclass(frozen=True)
class Kept:
    """The opt-outs that are kept of somebody who was erased, by which erasure, and when that was."""

    erasure_id: int
    opt_outs: list[dict[str, Any]]
    erased_at: datetime


def add(session: Session, account_sid: str, **columns: Any) -> int:
    """Begin an erasure; its number."""
    newest = select(Journal.id).where(by_primary_key.account_is(Journal, account_sid))
    upto = session.exec(newest.order_by(col(Journal.id).desc()).limit(1)).first()
    return insert(session, Erasure, {"account_sid": account_sid, "upto": upto or 0, **columns})


def change(session: Session, account_sid: str, number: int, **columns: Any) -> None:
    """Set columns of one erasure."""
    update_row(session, Erasure, account_sid, number, columns)


def get(session: Session, account_sid: str, number: int) -> Erasure | None:
    """The account's erasure, or None."""
    query = select(Erasure).where(Erasure.account_sid == account_sid, Erasure.id == number)
    return session.exec(query.execution_options(populate_existing=True)).first()


def of_contact(session: Session, account_sid: str, contact_id: int) -> Erasure | None:
    """The erasure of a contact, or None."""
    query = select(Erasure).where(Erasure.account_sid == account_sid, Erasure.contact_id == contact_id)
    return session.exec(query.order_by(col(Erasure.id).desc()).limit(1)).first()


def waiting(session: Session, account_sid: str, ended_before: datetime, limit: int = 50) -> list[Erasure]:
    """Erasures to go on with, and those that ended by then and were not looked at again since."""
    mine = (Erasure.account_sid == account_sid, col(Erasure.settled).is_(False))
    under_way = select(Erasure).where(*mine, Erasure.state == "erasing")
    ended = select(Erasure).where(*mine, Erasure.state == "done", col(Erasure.finished_at) <= ended_before)
    found = [row for query in (under_way, ended) for row in session.exec(query.order_by(col(Erasure.id)).limit(limit))]
    for row in found:
        session.expunge(row)
    return found


def anybody_kept(session: Session, account_sid: str) -> bool:
    """True when the opt-outs of any erased person are kept."""
    return _ANY.first(session, {"account_sid": account_sid}) is not None


def kept(session: Session, account_sid: str, wanted: Mapping[Hash, str]) -> dict[str, Kept]:
    """What is kept of these addresses, which are named by version and hash."""
    query = select(ErasedAddress).where(
        ErasedAddress.account_sid == account_sid,
        col(ErasedAddress.key_version).in_({version for version, _hash in wanted}),
        col(ErasedAddress.hash).in_({one for _version, one in wanted}),
    )
    rows = [row for row in session.exec(query) if (row.key_version, row.hash) in wanted]
    return {wanted[row.key_version, row.hash]: Kept(row.erasure_id, row.opt_outs, row.erased_at) for row in rows}


def keep(session: Session, account_sid: str, old: Collection[Hash], rows: Sequence[Mapping[str, Any]]) -> None:
    """Put these in the place of what was kept of the same addresses."""
    gone = sa.delete(ErasedAddress).where(
        col(ErasedAddress.account_sid) == account_sid,
        col(ErasedAddress.key_version).in_({version for version, _hash in old}),
        col(ErasedAddress.hash).in_({one for _version, one in old}),
    )
    session.execute(gone)
    insert_many(session, ErasedAddress, [{**row, "account_sid": account_sid} for row in rows])


def key_versions(session: Session, account_sid: str) -> set[str]:
    """The versions of the keys that the kept hashes were made with."""
    found: set[str] = set()
    while True:
        query = select(ErasedAddress.key_version).where(
            ErasedAddress.account_sid == account_sid, col(ErasedAddress.key_version) > max(found, default="")
        )
        one = session.exec(query.order_by(col(ErasedAddress.key_version)).limit(1)).first()
        if one is None:
            return found
        found.add(one)
