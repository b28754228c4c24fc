"""Seal consent records: each becomes a leaf of the tree, in the order in which they are found unsealed."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial, reduce
from typing import Any

from app.domain.clock import now
from app.domain.consent import leaf as leaves_of
from app.domain.consent import tree
from app.store import leases
from app.store.consent import leaves
from app.store.database import Database, Session
from app.store.tables import ConsentRecord

# So many are sealed in a transaction, for about ten milliseconds: webhooks wait for it.
BATCH = 150
# Only every eighth level is stored: a node between is the hash of at most 256 of a stored level.
STORED_LEVELS = 8
_TURN = timedelta(seconds=30)

Leaf = dict[str, Any]


class StoredTree:
    """An account's tree as it is stored. Reads whole tiles of 256 hashes, each once."""

    def __init__(self, session: Session, account_sid: str) -> None:
        self._session = session
        self._account_sid = account_sid
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def node(self, level: int, index: int) -> bytes:
        """The hash over the 2^level leaves from index·2^level on (`tree.Node`)."""
        base = level - level % STORED_LEVELS
        first, count = index << (level - base), 1 << (level - base)
        tile, offset = first >> STORED_LEVELS, first & ((1 << STORED_LEVELS) - 1)
        hashes = self._tile(base, tile)[offset : offset + count]
        if len(hashes) != count:
            raise LookupError(f"the tree has no hash for {level}/{index}")
        while len(hashes) > 1:
            hashes = [tree.node_hash(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=True)]
        return hashes[0]

    def _tile(self, level: int, tile: int) -> list[bytes]:
        if (level, tile) not in self._tiles:
            start, end = tile << STORED_LEVELS, (tile + 1) << STORED_LEVELS
            if level == 0:
                found = leaves.leaf_hashes(self._session, self._account_sid, start, end)
            else:
                found = leaves.node_hashes(self._session, self._account_sid, level, start, end)
            self._tiles[level, tile] = found
        return self._tiles[level, tile]


class GrowingTree:
    """A tree that leaves are added to one after another; it tells which stored nodes each of them completes."""

    def __init__(self, size: int, stored: tree.Node) -> None:
        self._size = size
        self._stored = stored
        self._new: dict[tuple[int, int], bytes] = {}

    def add(self, leaf_hash: bytes) -> list[tuple[int, int, bytes]]:
        """Add the next leaf. Returns level, position and hash of each stored node that is whole now."""
        position, found, level, done = self._size, leaf_hash, 0, []
        self._size += 1
        while position & 1:
            found = tree.node_hash(self._node(level, position - 1), found)
            level, position = level + 1, position >> 1
            if level % STORED_LEVELS == 0:
                done.append((level, position, found))
        self._new[level, position] = found
        return done

    def root(self) -> bytes:
        """The hash of the tree, of one that began empty."""
        hashes = [self._new[key] for key in sorted(self._new)]
        return reduce(lambda right, left: tree.node_hash(left, right), hashes) if hashes else tree.EMPTY_ROOT

    def _node(self, level: int, index: int) -> bytes:
        return self._new.pop((level, index), None) or self._stored(level, index)


@dataclass(frozen=True)
class Sealed:
    """How far the ledger is sealed."""

    size: int
    at: datetime | None
    waiting: int


def seal_new(database: Database, account_sid: str) -> int:
    """Seal all records that wait. Any number of sealers may call this at once. Returns how many were sealed."""
    done, is_left = 0, True
    while is_left:
        prepared = database.read(lambda session: prepare(session, account_sid))
        sealed = database.write(partial(seal_batch, account_sid=account_sid, prepared=prepared)) if prepared else 0
        done += sealed
        is_left = sealed > 0 and len(prepared) == BATCH
    return done


def prepare(session: Session, account_sid: str) -> dict[int, Leaf]:
    """The leaves of the oldest records that wait, by the record's number. A record that isn't sealed never changes."""
    waiting = leaves.unsealed(session, account_sid, BATCH)
    taken_back = [record.supersedes for record, _ in waiting if record.supersedes is not None]
    uuids = leaves.uuids(session, account_sid, taken_back) if taken_back else {}
    return {record.id or 0: _leaf(record, address, uuids) for record, address in waiting}


def seal_batch(session: Session, account_sid: str, prepared: Mapping[int, Leaf]) -> int:
    """Seal those of the prepared that still wait, in this transaction; 0 when another sealer is at it.

    It is short, for whoever writes waits for it: what takes long was prepared before.
    """
    name, turn, at = f"consent.seal:{account_sid}", str(uuid.uuid4()), now()
    if not leases.take(session, name, turn, at, _TURN):
        return 0
    # The lease's row is held until the end of this transaction, so that sealers take turns.
    oldest = leaves.unsealed_numbers(session, account_sid, len(prepared))
    waiting = [prepared[number] for number in oldest if number in prepared]
    if waiting:
        _add(session, account_sid, waiting, at)
    leases.give_back(session, name, turn, at)
    return len(waiting)


def progress(session: Session, account_sid: str) -> Sealed:
    """How far the ledger is sealed, and how many records wait."""
    newest = leaves.last(session, account_sid)
    waiting = leaves.count_unsealed(session, account_sid)
    return Sealed(newest.position + 1, newest.sealed_at, waiting) if newest else Sealed(0, None, waiting)


def _leaf(record: ConsentRecord, address: str, uuids: Mapping[int, str]) -> Leaf:
    salt = leaves_of.new_salt()
    committed = leaves_of.commitments(salt, leaves_of.personal(record, address))
    supersedes = uuids.get(record.supersedes, "") if record.supersedes is not None else ""
    leaf_hash = leaves_of.hash_of(leaves_of.sealed(record, supersedes, committed))
    return {"record_id": record.id, "salt": salt, "commitments": committed, "leaf_hash": leaf_hash}


def _add(session: Session, account_sid: str, waiting: Sequence[Leaf], at: datetime) -> None:
    size = leaves.size(session, account_sid)
    grown = GrowingTree(size, StoredTree(session, account_sid).node)
    new_leaves = [{**leaf, "position": position} for position, leaf in enumerate(waiting, size)]
    new_nodes = [
        {"level": level, "position": position, "node_hash": found}
        for leaf in waiting
        for level, position, found in grown.add(leaf["leaf_hash"])
    ]
    leaves.add(session, account_sid, new_leaves, new_nodes, at)
