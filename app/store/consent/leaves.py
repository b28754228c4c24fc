"""The leaves and nodes of the consent ledger's tree, and the records that aren't in it yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from app.store import by_primary_key
from app.store.inserts import insert_all
from app.store.prepared import Prepared
from app.store.tables import Address, ConsentLeaf, ConsentNode, ConsentRecord

Told = tuple[ConsentRecord, str]
_ACCOUNT: Any = sa.bindparam("account_sid")


def _oldest_unsealed(*columns: Any) -> Any:
    return (
        sa.select(*columns)
        .where(col(ConsentRecord.account_sid) == _ACCOUNT, col(ConsentRecord.sealed_at).is_(None))
        .order_by(col(ConsentRecord.id))
        .limit(sa.bindparam("limit"))
    )


# Rows, for objects of all that is sealed would take a quarter of the sealer's time.
_UNSEALED = Prepared(
    _oldest_unsealed(*ConsentRecord.__table__.c, col(Address.address)).where(  # type: ignore[attr-defined]
        by_primary_key.same_account(Address, ConsentRecord),
        col(Address.id) == col(ConsentRecord.address_id),
    )
)
_LAST_POSITION = Prepared(
    sa.select(col(ConsentLeaf.position))
    .where(col(ConsentLeaf.account_sid) == _ACCOUNT)
    .order_by(col(ConsentLeaf.position).desc())
    .limit(1)
)
_UNSEALED_NUMBERS = Prepared(_oldest_unsealed(col(ConsentRecord.id)))


def size(session: Session, account_sid: str) -> int:
    """How many leaves there are."""
    newest = _LAST_POSITION.scalar(session, {"account_sid": account_sid})
    return 0 if newest is None else int(newest) + 1


def last(session: Session, account_sid: str) -> ConsentLeaf | None:
    """The leaf at the tree's end."""
    query = select(ConsentLeaf).where(ConsentLeaf.account_sid == account_sid)
    return session.exec(query.order_by(col(ConsentLeaf.position).desc()).limit(1)).first()


def unsealed(session: Session, account_sid: str, limit: int) -> list[Told]:
    """The oldest records that aren't sealed, as plain rows, each with its address."""
    rows = _UNSEALED.rows(session, {"account_sid": account_sid, "limit": limit})
    return [(row, row.address) for row in rows]


def unsealed_numbers(session: Session, account_sid: str, limit: int) -> list[int]:
    """The numbers of the oldest records that aren't sealed."""
    return [row[0] for row in _UNSEALED_NUMBERS.rows(session, {"account_sid": account_sid, "limit": limit})]


def people_unsealed(session: Session, account_sid: str, limit: int) -> list[int]:
    """Whose records aren't sealed, by the newest of at most `limit` of these."""
    waiting = (
        select(ConsentRecord.address_id)
        .where(col(ConsentRecord.account_sid) == account_sid, col(ConsentRecord.sealed_at).is_(None))
        .order_by(col(ConsentRecord.id).desc())
        .limit(limit)
        .subquery()
    )
    query = select(Address.contact_id).where(by_primary_key.is_row(Address, account_sid, waiting.c.address_id))
    return list(dict.fromkeys(session.exec(query)))


def count_unsealed(session: Session, account_sid: str) -> int:
    """How many records aren't sealed."""
    query = select(sa.func.count()).where(
        col(ConsentRecord.account_sid) == account_sid, col(ConsentRecord.sealed_at).is_(None)
    )
    return int(session.exec(query).one())


def add(
    session: Session,
    account_sid: str,
    leaves: Sequence[Mapping[str, Any]],
    nodes: Sequence[Mapping[str, Any]],
    at: datetime,
) -> None:
    """Add leaves, and the nodes that they complete, and say of their records that they are sealed."""
    insert_all(session, ConsentLeaf, [{**leaf, "account_sid": account_sid, "sealed_at": at} for leaf in leaves])
    insert_all(session, ConsentNode, [{**node, "account_sid": account_sid} for node in nodes])
    numbers = [leaf["record_id"] for leaf in leaves]
    session.execute(
        sa.update(ConsentRecord)
        .where(by_primary_key.account_is(ConsentRecord, account_sid), col(ConsentRecord.id).in_(numbers))
        .values(sealed_at=at)
    )


def leaf_hashes(session: Session, account_sid: str, start: int, end: int) -> list[bytes]:
    """The hashes of the leaves from `start` to before `end`."""
    query = select(ConsentLeaf.leaf_hash).where(
        ConsentLeaf.account_sid == account_sid, ConsentLeaf.position >= start, ConsentLeaf.position < end
    )
    return list(session.exec(query.order_by(col(ConsentLeaf.position))))


def node_hashes(session: Session, account_sid: str, level: int, start: int, end: int) -> list[bytes]:
    """The stored hashes of this level from `start` to before `end`."""
    query = select(ConsentNode.node_hash).where(
        ConsentNode.account_sid == account_sid,
        ConsentNode.level == level,
        ConsentNode.position >= start,
        ConsentNode.position < end,
    )
    return list(session.exec(query.order_by(col(ConsentNode.position))))


def count_nodes(session: Session, account_sid: str) -> int:
    """How many nodes are stored."""
    return int(session.exec(select(sa.func.count()).where(col(ConsentNode.account_sid) == account_sid)).one())


def page(session: Session, account_sid: str, start: int, limit: int) -> list[tuple[ConsentLeaf, Told | None]]:
    """Leaves from the position `start` on, each with its record and address, or None where these aren't there."""
    query = select(ConsentLeaf).where(ConsentLeaf.account_sid == account_sid, ConsentLeaf.position >= start)
    found = list(session.exec(query.order_by(col(ConsentLeaf.position)).limit(limit)))
    told = by_number(session, account_sid, [leaf.record_id for leaf in found])
    return [(leaf, told.get(leaf.record_id)) for leaf in found]


def of_records(session: Session, account_sid: str, numbers: Collection[int]) -> dict[int, ConsentLeaf]:
    """The leaves of these records, by the record's number."""
    query = select(ConsentLeaf).where(ConsentLeaf.account_sid == account_sid, col(ConsentLeaf.record_id).in_(numbers))
    return {leaf.record_id: leaf for leaf in session.exec(query)}


def by_number(session: Session, account_sid: str, numbers: Collection[int]) -> dict[int, Told]:
    """These records with their addresses, by number."""
    query = select(ConsentRecord, Address.address).where(
        by_primary_key.account_is(ConsentRecord, account_sid),
        col(ConsentRecord.id).in_(numbers),
        by_primary_key.is_row(Address, account_sid, ConsentRecord.address_id),
    )
    return {record.id: (record, address) for record, address in session.exec(query) if record.id is not None}


def uuids(session: Session, account_sid: str, numbers: Collection[int]) -> dict[int, str]:
    """The UUIDs of records, by number."""
    query = select(ConsentRecord.id, ConsentRecord.record_id).where(
        by_primary_key.account_is(ConsentRecord, account_sid), col(ConsentRecord.id).in_(numbers)
    )
    return {number: uuid for number, uuid in session.exec(query) if number is not None}


def without_leaf(session: Session, account_sid: str) -> list[int]:
    """The first records that say that they are sealed and have no leaf."""
    leaf = sa.exists().where(
        col(ConsentLeaf.account_sid) == account_sid, col(ConsentLeaf.record_id) == col(ConsentRecord.id)
    )
    query = select(ConsentRecord.id).where(
        by_primary_key.account_is(ConsentRecord, account_sid), col(ConsentRecord.sealed_at).is_not(None), ~leaf
    )
    return [number for number in session.exec(query.order_by(col(ConsentRecord.id)).limit(1)) if number is not None]


def _with_address(account_sid: str) -> Any:
    return select(ConsentRecord, Address.address).where(
        ConsentRecord.account_sid == account_sid,
        by_primary_key.is_row(Address, account_sid, ConsentRecord.address_id),
    )
