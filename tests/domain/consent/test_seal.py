"""Records are sealed once each, in order and without gaps, whoever seals and whenever it is cut short."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
import sqlalchemy as sa

from app.domain.consent import leaf as leaves_of
from app.domain.consent import seal, tree
from app.domain.consent.seal import StoredTree
from app.store.consent import leaves
from app.store.database import Database
from app.store.tables import ConsentLeaf, ConsentNode, ConsentRecord
from harness.waiting import until
from tests.domain.consent.sealing import add_records
from tests.support.cast import ACCOUNT, hear, rows


def positions(database: Database) -> list[int]:
    return sorted(leaf.position for leaf in rows(database, ConsentLeaf))


def test_records_are_sealed_in_order_without_gaps(database: Database) -> None:
    add_records(database, 5)
    assert database.read(lambda session: seal.progress(session, ACCOUNT)).waiting == 5
    assert seal.seal_new(database, ACCOUNT) == 5
    hear(database, "STOP")
    assert seal.seal_new(database, ACCOUNT) == 1
    found = sorted(rows(database, ConsentLeaf), key=lambda leaf: leaf.position)
    assert [(leaf.position, leaf.record_id) for leaf in found] == list(
        enumerate(sorted(record.id or 0 for record in rows(database, ConsentRecord)))
    )
    assert all(record.sealed_at is not None for record in rows(database, ConsentRecord))
    done = database.read(lambda session: seal.progress(session, ACCOUNT))
    assert (done.size, done.waiting) == (6, 0)
    assert seal.seal_new(database, ACCOUNT) == 0


def test_what_is_personal_is_sealed_as_a_commitment_only(database: Database) -> None:
    add_records(database, 1, proof="I agree, Ava", ip="192.0.2.7")
    (record, address), *_ = database.read(lambda session: leaves.unsealed(session, ACCOUNT, 1))
    committed = leaves_of.commitments(leaves_of.new_salt(), leaves_of.personal(record, address))
    told = leaves_of.canonical(leaves_of.sealed(record, "", committed))
    assert address not in told
    assert "Ava" not in told
    assert "192.0.2.7" not in told
    assert record.record_id in told


def test_every_column_of_a_record_is_sealed_or_known_not_to_be() -> None:
    # `id`, `address_id` and `supersedes` are numbers of rows: the UUIDs and the address stand for them.
    instead = {"id", "address_id", "supersedes", "sealed_at"}
    sealed = {*leaves_of.PLAIN, *leaves_of.PERSONAL} - {"address"}
    assert sealed | instead == set(ConsentRecord.model_fields)
    assert not sealed & instead


def test_two_sealers_at_once_seal_each_record_once(database: Database) -> None:
    add_records(database, 60)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: seal.seal_new(database, ACCOUNT), range(4)))
    assert sum(done) == 60
    assert positions(database) == list(range(60))


def test_a_sealer_that_is_cut_short_leaves_nothing_and_the_next_one_goes_on(database: Database) -> None:
    add_records(database, 3)

    prepared = database.read(lambda session: seal.prepare(session, ACCOUNT))

    def cut(session: object) -> None:
        seal.seal_batch(session, ACCOUNT, prepared)  # type: ignore[arg-type]
        raise KeyError("cut")

    with pytest.raises(KeyError):
        database.write(cut)
    assert positions(database) == []
    assert seal.seal_new(database, ACCOUNT) == 3


def test_a_place_and_a_record_are_taken_once(database: Database) -> None:
    add_records(database, 2)
    seal.seal_new(database, ACCOUNT)
    first, second = sorted(rows(database, ConsentLeaf), key=lambda leaf: leaf.position)
    for position, record in ((0, second.record_id), (7, first.record_id)):
        row = {"position": position, "record_id": record, "salt": "", "commitments": {}, "leaf_hash": b"x"}
        with pytest.raises(sa.exc.IntegrityError):
            database.write(partial(leaves.add, account_sid=ACCOUNT, leaves=[row], nodes=[], at=first.sealed_at))


def test_a_big_tree_proves_a_leaf_from_a_few_tiles(database: Database) -> None:
    size = 1030
    add_records(database, size)
    while seal.seal_new(database, ACCOUNT):
        pass
    assert sorted((node.level, node.position) for node in rows(database, ConsentNode)) == [(8, n) for n in range(4)]
    found = sorted(rows(database, ConsentLeaf), key=lambda leaf: leaf.position)
    asked: list[str] = []

    def watch(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        asked.append(statement)

    sa.event.listen(sa.Engine, "after_cursor_execute", watch)
    try:

        def prove(session: object) -> tuple[bytes, list[bytes]]:
            node = StoredTree(session, ACCOUNT).node  # type: ignore[arg-type]
            return tree.root(node, size), tree.inclusion_proof(node, 300, size)

        root, proof = database.read(prove)
    finally:
        sa.event.remove(sa.Engine, "after_cursor_execute", watch)
    assert tree.is_included(found[300].leaf_hash, 300, size, proof, root)
    assert len([one for one in asked if "consent_leaf" in one or "consent_node" in one]) <= 4


SEALER = """
import sys
from app.domain.consent import seal
from app.store.database import connect

seal.BATCH = 3
database = connect(sys.argv[1])
while True:
    seal.seal_new(database, sys.argv[2])
"""


def test_sealers_that_are_killed_leave_no_gap(database: Database) -> None:
    add_records(database, 400)
    command = [sys.executable, "-c", SEALER, database.url, ACCOUNT]
    for least in (1, 60):
        with subprocess.Popen(command) as sealer:
            try:
                until(lambda least=least: len(positions(database)) >= least, 60)  # type: ignore[misc]
            finally:
                sealer.kill()
    assert positions(database) == list(range(len(positions(database))))
    while seal.seal_new(database, ACCOUNT):
        pass
    assert positions(database) == list(range(400))
    found = sorted(rows(database, ConsentLeaf), key=lambda leaf: leaf.position)
    grown = seal.GrowingTree(0, lambda level, index: pytest.fail(f"asked for {level}/{index}"))
    nodes = [node for leaf in found for node in grown.add(leaf.leaf_hash)]
    assert nodes == [(node.level, node.position, node.node_hash) for node in rows(database, ConsentNode)]
