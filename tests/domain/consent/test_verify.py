"""`verify` passes what is whole, and names what was tampered with, whatever it was."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlmodel import col

from app.domain.clock import now
from app.domain.consent import checkpoints, seal
from app.domain.consent.signed_note import Signer
from app.domain.consent.verify import LedgerBroken, Report, verify
from app.settings import Settings
from app.store.database import Database, Session
from app.store.tables import Address, ConsentCheckpoint, ConsentLeaf, ConsentNode, ConsentRecord, ConsentState
from tests.domain.consent.sealing import add_records
from tests.support.cast import ACCOUNT, NOOR, hear, rows
from tests.support.rewriting import rewrite

COUNT = 300


@pytest.fixture
def key(make_settings: Callable[..., Settings]) -> Signer:
    return checkpoints.signer(make_settings(TWILIO_ACCOUNT_SID=ACCOUNT))


@pytest.fixture
def ledger(database: Database, key: Signer) -> Database:
    """A ledger of 300 sealed records with two checkpoints."""
    add_records(database, COUNT - 2, proof="Signed at the counter", ip="192.0.2.1")
    seal.seal_new(database, ACCOUNT)
    checkpoints.write_where_due(database, ACCOUNT, key, now(), False)
    hear(database, "STOP", From=NOOR)
    hear(database, "STOP")
    seal.seal_new(database, ACCOUNT)
    checkpoints.write_where_due(database, ACCOUNT, key, now() + timedelta(minutes=2), False)
    return database


def check(database: Database, key: Signer, kept: str = "") -> Report:
    return database.read(lambda session: verify(session, ACCOUNT, [key.verifier], kept))


def broken(database: Database, key: Signer, kept: str = "") -> tuple[str, str]:
    with pytest.raises(LedgerBroken) as caught:
        check(database, key, kept)
    return caught.value.why, caught.value.subject


def delete(database: Database, *rows: Any) -> None:
    for row in rows:
        table = type(row)
        where = (col(table.account_sid) == ACCOUNT, col(table.id) == row.id)
        gone = sa.delete(table).where(*where)
        database.write(partial(_execute, statement=gone))


def _execute(session: Session, statement: Any) -> None:
    session.execute(statement)


def test_what_is_whole_passes(ledger: Database, key: Signer) -> None:
    found = check(ledger, key)
    assert (found.leaves, found.unsealed, found.checkpoints, found.people) == (COUNT, 0, 2, 2)
    add_records(ledger, 1)
    assert check(ledger, key).unsealed == 1


def test_an_empty_ledger_passes(database: Database, key: Signer) -> None:
    assert check(database, key) == Report(0, 0, 0, 0, 0)


# fmt: off
@pytest.mark.parametrize(("column", "value", "why"), [
    ("state", "requested", "record_differs"), ("purpose", "service", "record_differs"),
    ("recorded_at", now(), "record_differs"), ("region", "XX", "record_differs"),
    ("record_id", "00000000-0000-4000-8000-000000000000", "record_differs"),
    ("supersedes", 1, "record_differs"), ("proof", "Never said", "value_differs"), ("ip", "", "value_differs"),
    ("detail", {"form": "x"}, "value_differs"), ("message_id", 1, "value_differs"),
])
# fmt: on
def test_a_record_that_was_rewritten_is_named(
    ledger: Database, key: Signer, column: str, value: object, why: str
) -> None:
    record = rows(ledger, ConsentRecord)[17]
    rewrite(ledger, record, **{column: value})
    assert broken(ledger, key) == (why, value if column == "record_id" else record.record_id)


def test_the_first_of_several_is_named(ledger: Database, key: Signer) -> None:
    records = rows(ledger, ConsentRecord)
    for index in (40, 12, 99):
        rewrite(ledger, records[index], proof="Never said")
    assert broken(ledger, key) == ("value_differs", records[12].record_id)


def test_a_record_that_was_given_to_another_person_is_named(ledger: Database, key: Signer) -> None:
    record, noors = rows(ledger, ConsentRecord)[5], rows(ledger, Address, address=NOOR)[0]
    rewrite(ledger, record, address_id=noors.id)
    assert broken(ledger, key) == ("value_differs", record.record_id)
    rewrite(ledger, record, address_id=rows(ledger, ConsentRecord)[6].address_id)
    check(ledger, key)
    rewrite(ledger, noors, address="whatsapp:+14155550199")
    assert broken(ledger, key)[0] == "value_differs"


def test_leaves_that_were_rewritten_moved_or_taken_out_are_named(ledger: Database, key: Signer) -> None:
    leaves = sorted(rows(ledger, ConsentLeaf), key=lambda leaf: leaf.position)
    uuid = rows(ledger, ConsentRecord, id=leaves[3].record_id)[0].record_id
    rewrite(ledger, leaves[3], leaf_hash=b"\0" * 32)
    assert broken(ledger, key) == ("record_differs", uuid)
    rewrite(ledger, leaves[3], leaf_hash=leaves[3].leaf_hash, salt="00" * 32)
    assert broken(ledger, key) == ("value_differs", uuid)
    rewrite(ledger, leaves[3], salt="")
    assert broken(ledger, key) == ("value_differs", uuid)
    rewrite(ledger, leaves[3], salt=leaves[3].salt)
    check(ledger, key)
    rewrite(ledger, leaves[-1], position=COUNT + 5)
    assert broken(ledger, key) == ("leaf_missing_at", str(COUNT - 1))
    delete(ledger, leaves[-1])
    assert broken(ledger, key)[0] == "checkpoint_beyond"
    delete(ledger, rows(ledger, ConsentCheckpoint)[-1])
    assert broken(ledger, key)[0] == "leaf_missing"
    rewrite(ledger, rows(ledger, ConsentRecord, id=leaves[-2].record_id)[0], sealed_at=None)
    assert broken(ledger, key)[0] == "record_unmarked"


def test_two_leaves_that_changed_places_are_noticed(ledger: Database, key: Signer) -> None:
    first, second = rows(ledger, ConsentLeaf)[10:12]
    rewrite(ledger, first, position=COUNT + 1)
    rewrite(ledger, second, position=first.position)
    rewrite(ledger, first, position=second.position)
    assert broken(ledger, key) == ("node_differs", "8/0")


def test_nodes_that_were_rewritten_lost_or_added_are_named(ledger: Database, key: Signer) -> None:
    (node,) = rows(ledger, ConsentNode)
    rewrite(ledger, node, node_hash=b"\0" * 32)
    assert broken(ledger, key) == ("node_differs", "8/0")
    rewrite(ledger, node, node_hash=node.node_hash, position=1)
    assert broken(ledger, key) == ("node_differs", "8/0")
    rewrite(ledger, node, position=0)
    more = {"account_sid": ACCOUNT, "level": 8, "position": 7, "node_hash": b"\0" * 32}
    ledger.write(lambda session: session.execute(sa.insert(ConsentNode).values(**more)))
    assert broken(ledger, key)[0] == "node_surplus"


def test_checkpoints_that_were_rewritten_are_named(ledger: Database, key: Signer) -> None:
    first, second = rows(ledger, ConsentCheckpoint)
    rewrite(ledger, first, note=first.note.replace("\n298\n", "\n299\n"))
    assert broken(ledger, key) == ("checkpoint_signature", str(first.id))
    rewrite(ledger, first, note=second.note)
    assert broken(ledger, key) == ("checkpoint_root", str(first.id))
    rewrite(ledger, first, note=key.sign(first.note.partition("\n\n")[0].replace("consent/AC", "consent/AD") + "\n"))
    assert broken(ledger, key) == ("checkpoint_of_another", str(first.id))


def test_who_holds_the_key_can_rewrite_all_but_a_checkpoint_that_was_kept_elsewhere(
    ledger: Database, key: Signer
) -> None:
    kept = rows(ledger, ConsentCheckpoint)[0].note
    check(ledger, key, kept)
    rewrite(ledger, rows(ledger, ConsentRecord)[20], proof="Never said")
    marked = sa.update(ConsentRecord).where(col(ConsentRecord.account_sid) == ACCOUNT).values(sealed_at=None)
    ledger.write(lambda session: session.execute(marked))
    for table in (ConsentLeaf, ConsentNode, ConsentCheckpoint):
        delete(ledger, *rows(ledger, table))
    seal.seal_new(ledger, ACCOUNT)
    checkpoints.write_where_due(ledger, ACCOUNT, key, now() + timedelta(hours=1), False)
    assert check(ledger, key).leaves == COUNT
    assert broken(ledger, key, kept) == ("checkpoint_root", "file")


def test_a_checkpoint_of_a_bigger_ledger_or_another_key_is_refused(ledger: Database, key: Signer) -> None:
    other = Signer.from_settings(key.name, "", "another-secret-key-that-nobody-uses")
    kept = rows(ledger, ConsentCheckpoint)[0].note
    text = kept.partition("\n\n")[0] + "\n"
    assert broken(ledger, key, other.sign(text)) == ("checkpoint_signature", "file")
    assert broken(ledger, key, key.sign(text.replace("\n298\n", "\n301\n"))) == ("checkpoint_beyond", "file")
    assert broken(ledger, other) == ("checkpoint_signature", "1")
    found = ledger.read(lambda session: verify(session, ACCOUNT, [other.verifier, key.verifier]))
    assert found.checkpoints == 2


def test_an_erased_person_leaves_the_tree_whole(ledger: Database, key: Signer) -> None:
    record = rows(ledger, ConsentRecord)[30]
    rewrite(ledger, record, proof="", ip="", evidence_key=f"erased:{record.record_id}")
    rewrite(ledger, rows(ledger, ConsentLeaf, record_id=record.id)[0], salt="")
    found = check(ledger, key, rows(ledger, ConsentCheckpoint)[0].note)
    assert (found.leaves, found.erased) == (COUNT, 1)


def test_what_was_derived_otherwise_is_named(ledger: Database, key: Signer) -> None:
    state = next(state for state in rows(ledger, ConsentState) if state.purpose == "all")
    rewrite(ledger, state, state="given")
    assert broken(ledger, key) == ("state_differs", str(state.contact_id))
    rewrite(ledger, state, state="withdrawn")
    address = rows(ledger, Address, contact_id=state.contact_id)[0]
    rewrite(ledger, address, opt_out_record_id=None)
    assert broken(ledger, key) == ("opt_out_differs", str(state.contact_id))
    rewrite(ledger, address, opt_out_record_id=state.record_id)
    check(ledger, key)
    delete(ledger, state)
    assert broken(ledger, key) == ("state_differs", str(state.contact_id))
